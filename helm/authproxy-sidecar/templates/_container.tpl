{{/* The Proxy's container, the same as a sidecar, alone, and as the Tokenizer's gateway (container: its name). */}}
{{- define "authproxy.container" -}}
{{- $b := .block -}}
name: {{ .container | default "authproxy" }}
image: {{ include "authproxy.image" (dict "root" .root "image" $b.image) | quote }}
imagePullPolicy: {{ $b.image.pullPolicy }}
args: [serve, --config, /etc/authproxy/config/authproxy.yaml]
env: {{- include "authproxy.environment" (dict "folder" "/var/lib/authproxy" "authorities" $b.authoritiesFile) | nindent 2 }}
ports:
  - { name: proxy, containerPort: {{ int $b.ports.proxy }}, protocol: TCP }
  - { name: api, containerPort: {{ int $b.ports.api }}, protocol: TCP }
  {{- if $b.decisions.clientAuthoritiesFile }}
  - { name: decisions, containerPort: {{ int $b.ports.decisions }}, protocol: TCP }
  {{- end }}
{{- include "authproxy.probes" (dict "port" "api" "scheme" (ternary "HTTPS" "HTTP" $b.api.tls)) }}
securityContext: {{- include "authproxy.containerSecurity" $b.podSecurity | nindent 2 }}
resources: {{- toYaml $b.resources | nindent 2 }}
volumeMounts:
  - { name: authproxy-data, mountPath: /var/lib/authproxy }
  - { name: authproxy-keys, mountPath: /var/lib/authproxy/keys, readOnly: true }
  {{- if $b.realm.existingSecret }}
  - { name: authproxy-realm, mountPath: /etc/authproxy/realm, readOnly: true }
  {{- end }}
  - { name: authproxy-tls, mountPath: /run/authproxy-tls, readOnly: true }
  - { name: authproxy-config, mountPath: /etc/authproxy/config, readOnly: true }
  {{- if or $b.rules $b.rulesConfigMap }}
  - { name: authproxy-rules, mountPath: /etc/authproxy/rules, readOnly: true }
  {{- end }}
  {{- range $name, $file := $b.files }}
  - { name: authproxy-file-{{ $name }}, mountPath: /run/authproxy/{{ $name }}, readOnly: true }
  {{- end }}
  {{- if $b.serviceAccountToken.audience }}
  - { name: authproxy-token, mountPath: /run/authproxy-token, readOnly: true }
  {{- end }}
{{- end }}

{{/* No files but in the data folder: the runtime's own diagnostics would need /tmp. */}}
{{- define "authproxy.environment" -}}
- { name: DOTNET_EnableDiagnostics, value: "0" }
- { name: TMPDIR, value: {{ .folder }} }
{{- with .authorities }}
- { name: SSL_CERT_FILE, value: {{ . | quote }} }
{{- end }}
{{- end }}

{{/*
startup: everything that the start needs was there once. readiness: requests are wanted; it goes first when the pod ends, and stays while Redis
is away, because every replica loses that at once. liveness: the process answers, whatever it depends on.
*/}}
{{- define "authproxy.probes" }}
startupProbe:
  httpGet: { path: /health/startup, port: {{ .port }}, scheme: {{ .scheme }} }
  periodSeconds: 2
  failureThreshold: 90
readinessProbe:
  httpGet: { path: /health/ready, port: {{ .port }}, scheme: {{ .scheme }} }
  periodSeconds: 5
  failureThreshold: 2
livenessProbe:
  httpGet: { path: /health/live, port: {{ .port }}, scheme: {{ .scheme }} }
  periodSeconds: 10
  timeoutSeconds: 3
  failureThreshold: 6
{{- end }}

{{- define "authproxy.containerSecurity" -}}
allowPrivilegeEscalation: false
capabilities: { drop: [ALL] }
privileged: false
readOnlyRootFilesystem: true
runAsNonRoot: true
{{- if not .assignedByPlatform }}
runAsUser: {{ int .runAsUser }}
{{- end }}
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "authproxy.podSecurity" -}}
runAsNonRoot: true
{{- if not .assignedByPlatform }}
runAsUser: {{ int .runAsUser }}
runAsGroup: {{ int .runAsUser }}
fsGroup: {{ int .fsGroup }}
fsGroupChangePolicy: OnRootMismatch
{{- end }}
seccompProfile: { type: RuntimeDefault }
{{- end }}
