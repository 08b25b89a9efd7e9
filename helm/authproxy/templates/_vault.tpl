{{- define "release.servicesPort" -}}
- { name: https-services, port: {{ int .Values.vault.port }}, targetPort: services, protocol: TCP, appProtocol: https }
{{- end }}

{{/* The Tokenizer's services: for the gateway itself, the Proxy of this release, and whom the values name. */}}
{{- define "release.reachedVault" -}}
- ports: [ { port: {{ int .Values.vault.port }}, protocol: TCP } ]
  from:
    - podSelector: { matchLabels: {{ fromYaml (include "authproxy.selector" (dict "root" . "part" "vault")) | toJson }} }
    {{- if .Values.standalone.enabled }}
    - podSelector: { matchLabels: {{ fromYaml (include "authproxy.selector" (dict "root" . "part" "proxy")) | toJson }} }
    {{- end }}
    {{- with .Values.vault.servicesFrom }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end }}

{{/* Its own services, and the public keys of the Proxy of this release. */}}
{{- define "release.vaultReaches" -}}
{{ include "release.reachVault" . }}
{{- if .Values.standalone.enabled }}
- to: [ { podSelector: { matchLabels: {{ fromYaml (include "authproxy.selector" (dict "root" . "part" "proxy")) | toJson }} } } ]
  ports: [ { port: {{ int .Values.proxy.ports.api }}, protocol: TCP } ]
{{- end }}
{{- end }}

{{- define "release.tokenizerMetrics" -}}
- port: services
  path: /metrics
  interval: {{ .Values.gateway.podMonitor.interval }}
  scheme: https
  # The certificate carries the Service's name, and the pod is asked by its address.
  tlsConfig: { insecureSkipVerify: true }
{{- end }}
