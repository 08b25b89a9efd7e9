{{/*
Every template here takes one dictionary:
  root   the chart's own context ($)
  block  the values of one Proxy, as in this chart's values.yaml
  name   what the objects are called
  part   which part of the release it is: the label app.kubernetes.io/component
  at     where the block's values stand, for messages: "authproxy-sidecar.", "proxy."
*/}}

{{- define "authproxy.labels" -}}
{{ include "authproxy.selector" . }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "authproxy.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .part }}
{{- end }}

{{- define "authproxy.image" -}}
{{- $image := .image -}}
{{- $registry := $image.registry -}}
{{- with (.root.Values.global).imageRegistry }}{{ $registry = . }}{{ end -}}
{{- $name := $image.repository -}}
{{- with $registry }}{{ $name = printf "%s/%s" . $name }}{{ end -}}
{{- if $image.digest }}{{ $name }}@{{ $image.digest }}{{ else }}{{ $name }}:{{ $image.tag | default .root.Chart.AppVersion }}{{ end -}}
{{- end }}
