{{/* What the chart knows of the Tokenizer, in the proxies' configuration; the values go before it. */}}
{{- define "release.proxyDefaults" -}}
{{- if .Values.vault.enabled -}}
tokenizer:
  {{- if not (hasKey (dig "tokenizer" dict .Values.proxy.config) "enabled") }}
  enabled: true
  {{- end }}
  services_url: {{ include "release.servicesUrl" . }}
{{- end -}}
{{- end }}

{{- define "release.gatewayDefaults" -}}
tokenizer:
  enabled: true
  users_url: http://127.0.0.1:4461
  services_url: {{ include "release.servicesUrl" . }}
  vaults:
    {{- range .Values.vault.config.applications }}
    - { host: {{ include "release.authority" . | quote }}, application: {{ .name }} }
    {{- end }}
{{- end }}

{{/* Host and, where it is none of its scheme's own, port of an application's vault. */}}
{{- define "release.authority" -}}
{{ regexReplaceAll "^https://([^/]+?)(:443)?/?$" .vault_url "${1}" }}
{{- end }}

{{- define "release.tokenizerConfig" -}}
{{- $vault := .Values.vault -}}
{{- $keys := list -}}
{{- range $vault.masterKeys.versions -}}
{{- $keys = append $keys (dict "version" (int .) "key_file" (printf "/run/tokenizer-master/master-%d.key" (int .))) -}}
{{- end -}}
{{- $tls := dict "cert" (dict "path" "/run/tokenizer-tls/tls.crt") "key" (dict "path" "/run/tokenizer-tls/tls.key") -}}
{{- $drain := .Values.gateway.drain -}}
{{- $known := dict
      "realm" (.Values.gateway.config.realm | default "default")
      "data_folder" "/var/lib/tokenizer"
      "master_keys" $keys
      "serve" (dict
        "users" (dict "host" "127.0.0.1" "port" 4461)
        "services" (dict "host" "*" "port" (int $vault.port) "tls" $tls)
        "drain" (dict "delay" (printf "%ds" (int $drain.delaySeconds)) "timeout" (printf "%ds" (int $drain.timeoutSeconds)))) -}}
{{- $trust := concat (fromYamlArray (include "release.trust" .)) ($vault.config.trust | default list) -}}
{{- toYaml (merge (dict "trust" $trust) (deepCopy $vault.config) $known) -}}
{{- end }}

{{/* The gateway may say who a user is; the Proxy of this release may check grants for its application. Entries of the values with the same names go before. */}}
{{- define "release.trust" -}}
{{- $config := .Values.vault.config -}}
{{- $gateway := merge (dict "root" . "block" .Values.gateway) (fromYaml (include "release.gateway" .)) -}}
{{- $proxy := merge (dict "root" . "block" .Values.proxy) (fromYaml (include "release.proxy" .)) -}}
{{- $named := list -}}
{{- $hosts := list -}}
{{- $applications := list -}}
{{- range $config.trust }}{{ $named = append $named .name }}{{ end -}}
{{- range $config.applications }}{{ $applications = append $applications .name }}{{ $hosts = append $hosts (include "release.authority" .) }}{{ end -}}
{{- $entries := list -}}
{{- if not (has "gateway" $named) -}}
{{- $entries = append $entries (dict "name" "gateway" "roles" (list "gateway") "issuer" (include "authproxy.issuer" $gateway)
      "jwks_url" (printf "%s:%d/.well-known/jwks.json" (ternary (printf "https://%s-vault.%s.svc" (include "release.name" .) .Release.Namespace) "http://127.0.0.1" .Values.gateway.api.tls) (int .Values.gateway.ports.api))
      "applications" $applications "hosts" $hosts) -}}
{{- end -}}
{{- $application := dig "tokenizer" "application" "" .Values.proxy.config -}}
{{- if and .Values.standalone.enabled $application (not (has "proxy" $named)) -}}
{{- $entries = append $entries (dict "name" "proxy" "roles" (list "sidecar") "issuer" (include "authproxy.issuer" $proxy)
      "jwks_url" (printf "https://%s.%s.svc:%d/.well-known/jwks.json" (include "release.name" .) .Release.Namespace (int .Values.proxy.ports.api))
      "applications" (list $application)) -}}
{{- end -}}
{{- toYaml $entries -}}
{{- end }}

{{- define "release.tokenizerContainer" -}}
{{- $vault := .Values.vault -}}
name: tokenizer
image: {{ include "authproxy.image" (dict "root" . "image" $vault.image) | quote }}
imagePullPolicy: {{ $vault.image.pullPolicy }}
args: [serve, --config, /etc/tokenizer/config/tokenizer.yaml]
env: {{- include "authproxy.environment" (dict "folder" "/var/lib/tokenizer" "authorities" $vault.authoritiesFile) | nindent 2 }}
ports:
  - { name: services, containerPort: {{ int $vault.port }}, protocol: TCP }
{{- include "authproxy.probes" (dict "port" "services" "scheme" "HTTPS") }}
securityContext: {{- include "authproxy.containerSecurity" .Values.gateway.podSecurity | nindent 2 }}
resources: {{- toYaml $vault.resources | nindent 2 }}
volumeMounts:
  - { name: tokenizer-data, mountPath: /var/lib/tokenizer }
  - { name: tokenizer-master, mountPath: /run/tokenizer-master, readOnly: true }
  - { name: tokenizer-tls, mountPath: /run/tokenizer-tls, readOnly: true }
  - { name: tokenizer-config, mountPath: /etc/tokenizer/config, readOnly: true }
  {{- range $name, $file := $vault.files }}
  - { name: tokenizer-file-{{ $name }}, mountPath: /run/tokenizer/{{ $name }}, readOnly: true }
  {{- end }}
{{- end }}

{{- define "release.tokenizerVolumes" -}}
{{- $vault := .Values.vault -}}
{{- if eq ($vault.config.store | default "sqlite") "postgres" }}
- name: tokenizer-data
  emptyDir: { sizeLimit: 64Mi }
{{- end }}
- name: tokenizer-master
  secret: { secretName: {{ $vault.masterKeys.existingSecret }}, defaultMode: 0440 }
- name: tokenizer-tls
  secret: { secretName: {{ $vault.tls.existingSecret }}, defaultMode: 0440 }
- name: tokenizer-config
  configMap: { name: {{ include "release.name" . }}-tokenizer }
{{- range $name, $file := $vault.files }}
- name: tokenizer-file-{{ $name }}
  {{- if $file.existingSecret }}
  secret: { secretName: {{ $file.existingSecret }}, defaultMode: 0440 }
  {{- else }}
  configMap: { name: {{ $file.existingConfigMap }} }
  {{- end }}
{{- end }}
{{- end }}
