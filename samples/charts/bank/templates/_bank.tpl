{{- define "bank.selector" -}}
app.kubernetes.io/name: bank
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* The bank's own pod. It listens on loopback: whoever is not in the pod comes through the Proxy. */}}
{{- define "bank.pod" -}}
{{- $sidecar := index .Values "authproxy-sidecar" -}}
securityContext: { runAsNonRoot: true, seccompProfile: { type: RuntimeDefault } }
containers:
  - name: bank
    image: {{ .Values.image | quote }}
    env:
      - { name: DOTNET_EnableDiagnostics, value: "0" }
      - { name: SSL_CERT_FILE, value: /run/authorities/ca-bundle.crt }
      - { name: Urls, value: "http://127.0.0.1:4470" }
      - { name: Bank__VaultOrigin, value: {{ .Values.vaultOrigin | quote }} }
      - { name: Bank__Identity__Issuer, value: {{ include "authproxy.issuer" (dict "root" . "name" .Release.Name "block" $sidecar) | quote }} }
      - { name: Bank__Identity__Audience, value: bank }
      - { name: Bank__Identity__JwksUrl, value: "http://127.0.0.1:{{ int $sidecar.ports.api }}/.well-known/jwks.json" }
      - { name: Bank__Tokenizer__Url, value: {{ .Values.tokenizer.url | quote }} }
      - { name: Bank__Tokenizer__Application, value: bank }
      - { name: Bank__Tokenizer__KeyFile, value: /run/bank/application-key.pem }
    {{- $probe := dict "path" "/healthz" "port" (int $sidecar.ports.proxy) "scheme" "HTTPS" "httpHeaders" (list (dict "name" "Host" "value" .Values.host)) }}
    readinessProbe: { httpGet: {{ $probe | toJson }}, periodSeconds: 5 }
    livenessProbe: { httpGet: {{ $probe | toJson }}, periodSeconds: 10, failureThreshold: 6 }
    securityContext:
      allowPrivilegeEscalation: false
      capabilities: { drop: [ALL] }
      readOnlyRootFilesystem: true
      runAsUser: 65531
    resources: { requests: { cpu: 50m, memory: 96Mi }, limits: { memory: 192Mi } }
    volumeMounts:
      - { name: application-key, mountPath: /run/bank, readOnly: true }
      - { name: authorities, mountPath: /run/authorities, readOnly: true }
volumes:
  - name: application-key
    secret: { secretName: {{ .Values.tokenizer.existingSecret }}, defaultMode: 0440 }
  - name: authorities
    configMap: { name: {{ .Values.authorities }} }
{{- end }}
