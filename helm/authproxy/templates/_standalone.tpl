{{- define "release.placement" -}}
{{- $s := .Values.standalone -}}
{{- with $s.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with $s.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $s.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $s.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- $selector := fromYaml (include "authproxy.selector" (dict "root" . "part" "proxy")) }}
topologySpreadConstraints:
  {{- range $s.topologySpread | default (list (dict "maxSkew" 1 "topologyKey" "kubernetes.io/hostname" "whenUnsatisfiable" "ScheduleAnyway")) }}
  - {{- toYaml (merge (deepCopy .) (dict "labelSelector" (dict "matchLabels" $selector))) | nindent 4 }}
  {{- end }}
{{- end }}

{{- define "release.reachVault" -}}
{{- if .Values.vault.enabled -}}
- to: [ { podSelector: { matchLabels: {{ fromYaml (include "authproxy.selector" (dict "root" . "part" "vault")) | toJson }} } } ]
  ports: [ { port: {{ int .Values.vault.port }}, protocol: TCP } ]
{{- end -}}
{{- end }}

{{/* The Tokenizer fetches the Proxy's public keys. */}}
{{- define "release.vaultFetchesKeys" -}}
{{- if .Values.vault.enabled -}}
- from: [ { podSelector: { matchLabels: {{ fromYaml (include "authproxy.selector" (dict "root" . "part" "vault")) | toJson }} } } ]
  ports: [ { port: {{ int .Values.proxy.ports.api }}, protocol: TCP } ]
{{- end -}}
{{- end }}
