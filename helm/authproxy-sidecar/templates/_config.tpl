{{/*
The whole configuration file: what the values say, and over gaps what the chart knows. `defaults` (optional) are further settings
that the values may replace.
*/}}
{{- define "authproxy.config" -}}
{{- $b := .block -}}
{{- $tls := dict "cert" (dict "path" (printf "/run/authproxy-tls/%s" $b.tls.certificateKey)) "key" (dict "path" (printf "/run/authproxy-tls/%s" $b.tls.privateKeyKey)) -}}
{{- $proxy := dict "host" "*" "port" (int $b.ports.proxy) "tls" $tls -}}
{{- $api := dict "host" "*" "port" (int $b.ports.api) -}}
{{- if $b.api.tls }}{{ $_ := set $api "tls" $tls }}{{ end -}}
{{- $serve := dict "proxy" $proxy "api" $api -}}
{{- with $b.decisions.clientAuthoritiesFile -}}
{{- $_ := set $serve "decisions" (dict "listen" (dict "host" "*" "port" (int $b.ports.decisions) "tls" (merge (dict "client_ca" (dict "path" .)) $tls))) -}}
{{- end -}}
{{- $known := dict
      "data_folder" "/var/lib/authproxy"
      "serve" $serve
      "sessions" (dict "keys_folder" (include "authproxy.realmFolder" .))
      "assertion" (dict "issuer" (include "authproxy.issuer" .))
      "drain" (dict "delay" (printf "%ds" (int $b.drain.delaySeconds)) "timeout" (printf "%ds" (int $b.drain.timeoutSeconds))) -}}
{{- if or $b.rules $b.rulesConfigMap -}}
{{- if not (or (dig "access_rules" "sources" list $b.config) (dig "access_rules" "repositories" list $b.config)) -}}
{{- $_ := set $known "access_rules" (dict "sources" (list (dict "path" "/etc/authproxy/rules"))) -}}
{{- end -}}
{{- end -}}
{{- toYaml (merge (deepCopy $b.config) $known (deepCopy (.defaults | default dict))) -}}
{{- end }}

{{/* Under which name the Proxy signs: the address at which its keys are found. */}}
{{- define "authproxy.issuer" -}}
{{- with dig "assertion" "issuer" "" .block.config -}}
{{ . }}
{{- else -}}
{{ ternary "https" "http" .block.api.tls }}://{{ .name }}.{{ .root.Release.Namespace }}.svc:{{ int .block.ports.api }}
{{- end -}}
{{- end }}

{{- define "authproxy.realmFolder" -}}
{{ ternary "/etc/authproxy/realm" "/var/lib/authproxy/keys" (not (empty .block.realm.existingSecret)) }}
{{- end }}

{{- define "authproxy.configMaps" -}}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .name }}-config
  labels: {{- include "authproxy.labels" . | nindent 4 }}
data:
  authproxy.yaml: |
    {{- include "authproxy.config" . | nindent 4 }}
{{- if .block.rules }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .name }}-rules
  labels: {{- include "authproxy.labels" . | nindent 4 }}
data:
  {{- range $file, $rules := .block.rules }}
  {{ $file }}: |
    {{- if kindIs "string" $rules }}
    {{- $rules | nindent 4 }}
    {{- else }}
    {{- toYaml $rules | nindent 4 }}
    {{- end }}
  {{- end }}
{{- end }}
{{- end }}
