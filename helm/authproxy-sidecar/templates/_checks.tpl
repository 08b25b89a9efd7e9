{{/* What a schema cannot say: values that need each other. One sentence each, with the value to change. */}}

{{- define "authproxy.check" -}}
{{- $b := .block -}}
{{- if not $b.keys.existingSecret -}}
{{- fail (printf "%skeys.existingSecret is missing: the Proxy signs with keys of its own, and none are made here. Make them once: authproxy keys generate --as secret --name %s-keys | kubectl apply --namespace %s -f -" .at .name .root.Release.Namespace) -}}
{{- end -}}
{{- if not $b.tls.existingSecret -}}
{{- fail (printf "%stls.existingSecret is missing: outside loopback the Proxy listens over TLS only. Name a Secret of type kubernetes.io/tls, such as cert-manager makes" .at) -}}
{{- end -}}
{{- if and $b.rules $b.rulesConfigMap -}}
{{- fail (printf "%srules and %srulesConfigMap are both given; leave one out" .at .at) -}}
{{- end -}}
{{- $access := dig "access_rules" dict $b.config -}}
{{- if not (or $b.rules $b.rulesConfigMap $access.sources $access.repositories) -}}
{{- fail (printf "%srules is empty: without a rule no request gets through. Write rule files below it, name rulesConfigMap, or %sconfig.access_rules.sources" .at .at) -}}
{{- end -}}
{{- if lt (len (uniq (list (int $b.ports.proxy) (int $b.ports.api) (int $b.ports.decisions)))) 3 -}}
{{- fail (printf "%sports names one port twice (%d, %d, %d); listeners need a port each" .at (int $b.ports.proxy) (int $b.ports.api) (int $b.ports.decisions)) -}}
{{- end -}}
{{- if and (dig "serve" "decisions" "callers" list $b.config) (not $b.api.tls) (not $b.decisions.clientAuthoritiesFile) -}}
{{- fail (printf "%sconfig.serve.decisions.callers is given, and callers show their keys over TLS only; set %sapi.tls: true" .at .at) -}}
{{- end -}}
{{- include "authproxy.checkFiles" (dict "value" $b.config "folder" "/run/authproxy/" "files" $b.files "key" (printf "%sconfig" .at) "at" .at) -}}
{{- range $key, $file := dict "authoritiesFile" $b.authoritiesFile "decisions.clientAuthoritiesFile" $b.decisions.clientAuthoritiesFile -}}
{{- include "authproxy.checkFiles" (dict "value" $file "folder" "/run/authproxy/" "files" $b.files "key" (printf "%s%s" $.at $key) "at" $.at) -}}
{{- end -}}
{{- if and (contains "/run/authproxy-token/" (toJson $b.config)) (not $b.serviceAccountToken.audience) -}}
{{- fail (printf "%sconfig names a file of /run/authproxy-token, and no token is mounted; set %sserviceAccountToken.audience" .at .at) -}}
{{- end -}}
{{- end }}

{{/* More than one pod needs sessions that all of them see. replicas: how many there may be; scales: which value says so. */}}
{{- define "authproxy.checkReplicas" -}}
{{- $store := dig "sessions" "store" "sqlite" .block.config -}}
{{- if and (gt (int .replicas) 1) (ne $store "redis") -}}
{{- fail (printf "%s makes %d replicas, and %sconfig.sessions.store is %s, which each pod has for itself: people would be logged out at every other request. Set %sconfig.sessions.store: redis, or keep one replica" .scales (int .replicas) .at $store .at) -}}
{{- end -}}
{{- if and (gt (int .replicas) 1) .block.data.existingClaim -}}
{{- fail (printf "%s makes %d replicas, and %sdata.existingClaim is one folder for one of them; leave it out" .scales (int .replicas) .at) -}}
{{- end -}}
{{- end }}

{{/* Every path below the folder of mounted files begins with the name of one that is mounted. */}}
{{- define "authproxy.checkFiles" -}}
{{- $d := . -}}
{{- if kindIs "map" .value -}}
{{- range $key, $value := .value -}}
{{- include "authproxy.checkFiles" (merge (dict "value" $value "key" (printf "%s.%s" $d.key $key)) (omit $d "value" "key")) -}}
{{- end -}}
{{- else if kindIs "slice" .value -}}
{{- range $index, $value := .value -}}
{{- include "authproxy.checkFiles" (merge (dict "value" $value "key" (printf "%s[%d]" $d.key $index)) (omit $d "value" "key")) -}}
{{- end -}}
{{- else if kindIs "string" .value -}}
{{- range regexFindAll (printf "%s[^/ ;]*" .folder) .value -1 -}}
{{- $name := trimPrefix $d.folder . -}}
{{- if not (hasKey ($d.files | default dict) $name) -}}
{{- fail (printf "%s is below %s%s, and %sfiles has no %s; write %sfiles: { %s: { existingSecret: … } }" $d.key $d.folder $name $d.at $name $d.at ($name | default "name")) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}
