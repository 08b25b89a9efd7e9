{{/* What a schema cannot say of the release as a whole. One sentence each, with the value to change. */}}

{{- define "release.check" -}}
{{- $v := .Values -}}
{{- if not (or $v.standalone.enabled $v.vault.enabled) -}}
{{- fail "standalone.enabled and vault.enabled are both false: nothing is left to install" -}}
{{- end -}}
{{- if $v.standalone.enabled }}{{ include "release.checkStandalone" . }}{{ end -}}
{{- if $v.vault.enabled }}{{ include "release.checkVault" . }}{{ end -}}
{{- end }}

{{- define "release.checkStandalone" -}}
{{- $s := .Values.standalone -}}
{{- $proxy := merge (dict "root" . "block" .Values.proxy) (fromYaml (include "release.proxy" .)) -}}
{{- include "authproxy.check" $proxy -}}
{{- if $s.autoscaling.enabled -}}
{{- include "authproxy.checkReplicas" (merge (dict "replicas" $s.autoscaling.maxReplicas "scales" "standalone.autoscaling") $proxy) -}}
{{- if gt (int $s.autoscaling.minReplicas) (int $s.autoscaling.maxReplicas) -}}
{{- fail (printf "standalone.autoscaling.minReplicas is %d, more than maxReplicas (%d)" (int $s.autoscaling.minReplicas) (int $s.autoscaling.maxReplicas)) -}}
{{- end -}}
{{- else -}}
{{- include "authproxy.checkReplicas" (merge (dict "replicas" $s.replicas "scales" "standalone.replicas") $proxy) -}}
{{- end -}}
{{- if and $s.ingress.enabled (not (or $s.ingress.hosts (include "release.hosts" .Values.proxy))) -}}
{{- fail "standalone.ingress.enabled is true, and no host is known; name them in proxy.config.serve.proxy.public_urls, or in standalone.ingress.hosts" -}}
{{- end -}}
{{- if $s.httpRoute.enabled -}}
{{- if not $s.httpRoute.parentRefs -}}
{{- fail "standalone.httpRoute.parentRefs is empty; name the gateway that the route belongs to, as [{ name: … , namespace: … }]" -}}
{{- end -}}
{{- if not (or $s.httpRoute.hostnames (include "release.hosts" .Values.proxy)) -}}
{{- fail "standalone.httpRoute.enabled is true, and no host is known; name them in proxy.config.serve.proxy.public_urls, or in standalone.httpRoute.hostnames" -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- define "release.checkVault" -}}
{{- $vault := .Values.vault -}}
{{- $gateway := merge (dict "root" . "block" .Values.gateway) (fromYaml (include "release.gateway" .)) -}}
{{- include "authproxy.check" $gateway -}}
{{- include "authproxy.checkReplicas" (merge (dict "replicas" $vault.replicas "scales" "vault.replicas") $gateway) -}}
{{- if not $vault.masterKeys.existingSecret -}}
{{- fail (printf "vault.masterKeys.existingSecret is missing: no master key is made here, because whoever loses it loses every value. Make it once, and keep a copy elsewhere: kubectl create secret generic %s-master --namespace %s --from-literal=master-1.key=\"$(head -c 32 /dev/urandom | basenc --base64url | tr -d =)\"" (include "release.name" .) .Release.Namespace) -}}
{{- end -}}
{{- if not $vault.tls.existingSecret -}}
{{- fail (printf "vault.tls.existingSecret is missing: proxies and applications reach the Tokenizer over TLS only. Name a Secret of type kubernetes.io/tls for %s-vault.%s.svc" (include "release.name" .) .Release.Namespace) -}}
{{- end -}}
{{- if not $vault.config.applications -}}
{{- fail "vault.config.applications is empty; name at least one application with its vault_url" -}}
{{- end -}}
{{- if and (gt (int $vault.replicas) 1) (ne ($vault.config.store | default "sqlite") "postgres") -}}
{{- fail (printf "vault.replicas is %d, and vault.config.store is %s, a file of one process; set vault.config.store: postgres, or keep one replica" (int $vault.replicas) ($vault.config.store | default "sqlite")) -}}
{{- end -}}
{{- if and (eq ($vault.config.store | default "sqlite") "postgres") (not (dig "postgres" "connection_string_file" "" $vault.config)) -}}
{{- fail "vault.config.store is postgres; write vault.config.postgres.connection_string_file: /run/tokenizer/postgres/connection-string, and vault.files: { postgres: { existingSecret: … } }" -}}
{{- end -}}
{{- include "authproxy.checkFiles" (dict "value" $vault.config "folder" "/run/tokenizer/" "files" $vault.files "key" "vault.config" "at" "vault.") -}}
{{- with $vault.authoritiesFile }}{{ include "authproxy.checkFiles" (dict "value" . "folder" "/run/tokenizer/" "files" $vault.files "key" "vault.authoritiesFile" "at" "vault.") }}{{ end -}}
{{- include "release.checkRealm" . -}}
{{- end }}

{{/* Proxies of one realm share name, sessions and realm keys. */}}
{{- define "release.checkRealm" -}}
{{- $realm := .Values.gateway.config.realm | default "default" -}}
{{- with .Values.vault.config.realm -}}
{{- if ne . $realm -}}
{{- fail (printf "vault.config.realm is %s, and gateway.config.realm is %s; sessions are believed within one realm only" . $realm) -}}
{{- end -}}
{{- end -}}
{{- if .Values.standalone.enabled -}}
{{- if ne (.Values.proxy.config.realm | default "default") $realm -}}
{{- fail (printf "proxy.config.realm is %s, and gateway.config.realm is %s; one login is good in one realm only" (.Values.proxy.config.realm | default "default") $realm) -}}
{{- end -}}
{{- range $at, $block := dict "proxy" .Values.proxy "gateway" .Values.gateway -}}
{{- if ne (dig "sessions" "store" "sqlite" $block.config) "redis" -}}
{{- fail (printf "%s.config.sessions.store is %s; the Proxy and the vault's gateway are two pods that share sessions: set store: redis in both" $at (dig "sessions" "store" "sqlite" $block.config)) -}}
{{- end -}}
{{- if not $block.realm.existingSecret -}}
{{- fail (printf "%s.realm.existingSecret is missing; the Proxy and the vault's gateway share the realm's keys and sign with keys of their own: name the same Secret with 1.key and realm-bearer.key in proxy.realm and gateway.realm" $at) -}}
{{- end -}}
{{- end -}}
{{- if ne .Values.proxy.realm.existingSecret .Values.gateway.realm.existingSecret -}}
{{- fail "proxy.realm.existingSecret and gateway.realm.existingSecret differ; the proxies of one realm share its keys" -}}
{{- end -}}
{{- if and (dig "tokenizer" "application" "" .Values.proxy.config) (not .Values.proxy.api.tls) -}}
{{- fail "proxy.api.tls is false, and the Tokenizer fetches the Proxy's public keys from another pod; set proxy.api.tls: true" -}}
{{- end -}}
{{- if eq .Values.proxy.keys.existingSecret .Values.gateway.keys.existingSecret -}}
{{- fail "proxy.keys.existingSecret and gateway.keys.existingSecret are the same; only the gateway's key may say who a user is: make a second one with authproxy keys generate --as secret" -}}
{{- end -}}
{{- end -}}
{{- end }}
