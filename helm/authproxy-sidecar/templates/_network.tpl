{{/* selector: whose pods (the part's own by default). ingress, reach: further rules of the chart for who comes in and what is reached. */}}
{{- define "authproxy.networkPolicy" -}}
{{- $b := .block -}}
{{- if $b.networkPolicy.enabled -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ .name }}
  labels: {{- include "authproxy.labels" . | nindent 4 }}
spec:
  podSelector:
    matchLabels: {{- .selector | default (include "authproxy.selector" .) | nindent 6 }}
  policyTypes:
    - Ingress
    {{- if $b.networkPolicy.egress }}
    - Egress
    {{- end }}
  ingress:
    - ports: [ { port: {{ int $b.ports.proxy }}, protocol: TCP } ]
      {{- with $b.networkPolicy.from }}
      from: {{- toYaml . | nindent 8 }}
      {{- end }}
    {{- with $b.networkPolicy.apiFrom }}
    - ports: [ { port: {{ int $b.ports.api }}, protocol: TCP } ]
      from: {{- toYaml . | nindent 8 }}
    {{- end }}
    {{- if $b.decisions.clientAuthoritiesFile }}
    {{- with $b.networkPolicy.decisionsFrom }}
    - ports: [ { port: {{ int $b.ports.decisions }}, protocol: TCP } ]
      from: {{- toYaml . | nindent 8 }}
    {{- end }}
    {{- end }}
    {{- with .ingress }}
    {{- . | nindent 4 }}
    {{- end }}
  {{- with $b.networkPolicy.egress }}
  egress:
    - ports: [ { port: 53, protocol: UDP }, { port: 53, protocol: TCP } ]
    {{- with $.reach }}
    {{- . | nindent 4 }}
    {{- end }}
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}
{{- end }}

{{- define "authproxy.service" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ .name }}
  labels: {{- include "authproxy.labels" . | nindent 4 }}
  {{- with .block.service.annotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  type: {{ .block.service.type }}
  selector: {{- .selector | default (include "authproxy.selector" .) | nindent 4 }}
  ports:
    - { name: https, port: {{ int .block.service.port }}, targetPort: proxy, protocol: TCP, appProtocol: https }
    - { name: {{ ternary "https-api" "http-api" .block.api.tls }}, port: {{ int .block.ports.api }}, targetPort: api, protocol: TCP }
    {{- if .block.decisions.clientAuthoritiesFile }}
    - { name: https-decisions, port: {{ int .block.ports.decisions }}, targetPort: decisions, protocol: TCP, appProtocol: https }
    {{- end }}
    {{- with .ports }}
    {{- . | nindent 4 }}
    {{- end }}
{{- end }}

{{- define "authproxy.podMonitor" -}}
{{- $b := .block -}}
{{- if $b.podMonitor.enabled -}}
{{- if not (.root.Capabilities.APIVersions.Has "monitoring.coreos.com/v1/PodMonitor") -}}
{{- fail (printf "%spodMonitor.enabled is true, and the cluster knows no PodMonitor; install the Prometheus operator first (when rendering without a cluster: --api-versions monitoring.coreos.com/v1/PodMonitor)" .at) -}}
{{- end -}}
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata:
  name: {{ .name }}
  labels: {{- include "authproxy.labels" . | nindent 4 }}
    {{- with $b.podMonitor.labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  selector:
    matchLabels: {{- .selector | default (include "authproxy.selector" .) | nindent 6 }}
  podMetricsEndpoints:
    - port: api
      path: /metrics
      interval: {{ $b.podMonitor.interval }}
      {{- if $b.api.tls }}
      scheme: https
      # The certificate carries the public names, and the pod is asked by its address.
      tlsConfig: { insecureSkipVerify: true }
      {{- end }}
    {{- with .endpoints }}
    {{- . | nindent 4 }}
    {{- end }}
{{- end -}}
{{- end }}
