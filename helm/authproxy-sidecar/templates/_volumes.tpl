{{/* mode: 0440 where the pod's group is ours. */}}
{{- define "authproxy.volumes" -}}
{{- $b := .block -}}
- name: authproxy-data
  {{- if $b.data.existingClaim }}
  persistentVolumeClaim: { claimName: {{ $b.data.existingClaim }} }
  {{- else }}
  emptyDir: { sizeLimit: {{ $b.data.sizeLimit }} }
  {{- end }}
- name: authproxy-keys
  projected:
    defaultMode: 0440
    sources:
      - secret: { name: {{ $b.keys.existingSecret }} }
      {{- with $b.realm.existingSecret }}
      # The realm's word goes before what the Secret of our own may hold under this name.
      - secret: { name: {{ . }}, items: [ { key: realm-bearer.key, path: realm-bearer.key } ] }
      {{- end }}
{{- with $b.realm.existingSecret }}
- name: authproxy-realm
  secret: { secretName: {{ . }}, defaultMode: 0440 }
{{- end }}
- name: authproxy-tls
  secret: { secretName: {{ $b.tls.existingSecret }}, defaultMode: 0440 }
- name: authproxy-config
  configMap: { name: {{ .name }}-config }
{{- if or $b.rules $b.rulesConfigMap }}
- name: authproxy-rules
  configMap: { name: {{ $b.rulesConfigMap | default (printf "%s-rules" .name) }} }
{{- end }}
{{- range $name, $file := $b.files }}
- name: authproxy-file-{{ $name }}
  {{- if $file.existingSecret }}
  secret: { secretName: {{ $file.existingSecret }}, defaultMode: 0440 }
  {{- else }}
  configMap: { name: {{ $file.existingConfigMap }} }
  {{- end }}
{{- end }}
{{- with $b.serviceAccountToken }}
{{- if .audience }}
- name: authproxy-token
  projected:
    defaultMode: 0440
    sources:
      - serviceAccountToken: { path: token, audience: {{ .audience | quote }}, expirationSeconds: {{ int .expirationSeconds }} }
{{- end }}
{{- end }}
{{- end }}
