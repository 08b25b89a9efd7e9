{{- define "release.name" -}}
{{- $name := .Values.fullnameOverride | default (ternary .Release.Name (printf "%s-authproxy" .Release.Name) (contains "authproxy" .Release.Name)) -}}
{{- $name | trunc 50 | trimSuffix "-" -}}
{{- end }}

{{/* What the templates of one Proxy want to know (../../authproxy-sidecar/templates/_names.tpl). */}}
{{- define "release.proxy" -}}
name: {{ include "release.name" . }}
part: proxy
at: "proxy."
{{- end }}

{{- define "release.gateway" -}}
name: {{ include "release.name" . }}-vault
part: vault
at: "gateway."
{{- end }}

{{- define "release.podIdentity" -}}
serviceAccountName: {{ include "release.name" . }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .Values.global.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end }}

{{/* Hosts of the public addresses, without scheme and port. */}}
{{- define "release.hosts" -}}
{{- range dig "serve" "proxy" "public_urls" list .config }}
- {{ regexReplaceAll "^https?://([^/:]+).*$" . "${1}" }}
{{- end }}
{{- end }}

{{- define "release.servicesUrl" -}}
https://{{ include "release.name" . }}-vault.{{ .Release.Namespace }}.svc:{{ int .Values.vault.port }}
{{- end }}
