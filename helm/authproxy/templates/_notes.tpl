{{/* What to register where, and what to do next. */}}
{{- define "release.notes" -}}
{{- $name := include "release.name" . -}}
{{- if .Values.standalone.enabled }}
The Proxy {{ $name }}
{{ include "release.notesOfProxy" (dict "root" . "block" .Values.proxy "name" $name) }}
{{- end }}
{{- if .Values.vault.enabled }}

The vault's gateway {{ $name }}-vault
{{ include "release.notesOfProxy" (dict "root" . "block" .Values.gateway "name" (printf "%s-vault" $name)) }}
  services of the Tokenizer: {{ include "release.servicesUrl" . }}
{{- end }}

Next:
  1. Register the addresses above at the provider.
  2. See whether it is ready: kubectl --namespace {{ .Release.Namespace }} rollout status {{ ternary (printf "deployment/%s" $name) (printf "%s/%s-vault" (ternary "deployment" "statefulset" (eq (.Values.vault.config.store | default "sqlite") "postgres")) $name) .Values.standalone.enabled }}
  3. Keep a copy of the Secrets with keys elsewhere: {{ include "release.keptSecrets" . }}
{{- with include "release.warnings" . }}

Mind:
{{- . }}
{{- end }}
{{- end }}

{{- define "release.notesOfProxy" -}}
{{- $config := .block.config -}}
{{- $prefix := dig "serve" "proxy" "reserved_prefix" "/.authproxy/" $config -}}
{{- $oidc := dig "authenticators" "oidc" "config" dict $config -}}
{{- $urls := dig "serve" "proxy" "public_urls" list $config -}}
{{- if and $oidc $urls -}}
{{- $login := ternary (printf "https://%s" $oidc.login_host) (first $urls) (not (empty $oidc.login_host)) -}}
{{- range $urls -}}
{{- if eq (regexReplaceAll "^https?://" . "") ($oidc.login_host | default "") }}{{ $login = . }}{{ end -}}
{{- end -}}
{{- $base := printf "%s%s" (trimSuffix "/" $login) $prefix }}
  login:                  {{ $base }}login
{{- range $provider := ternary (keys ($oidc.providers | default dict) | sortAlpha) (list "") (not (empty $oidc.providers)) }}
{{- $path := ternary "" (printf "/%s" $provider) (or (empty $provider) (eq $provider "default")) }}
  callback{{ with $provider }} of {{ . }}{{ end }}:               {{ $base }}callback{{ $path }}
  back-channel logout{{ with $provider }} of {{ . }}{{ end }}:    {{ $base }}backchannel-logout{{ $path }}
{{- end }}
  after a logout:         {{ $base }}signed-out
{{- end }}
  keys for upstreams:     {{ ternary "https" "http" .block.api.tls }}://{{ .name }}.{{ .root.Release.Namespace }}.svc:{{ int .block.ports.api }}/.well-known/jwks.json
{{- end }}

{{- define "release.keptSecrets" -}}
{{- $secrets := list -}}
{{- if .Values.standalone.enabled }}{{ $secrets = concat $secrets (list .Values.proxy.keys.existingSecret .Values.proxy.realm.existingSecret) }}{{ end -}}
{{- if .Values.vault.enabled }}{{ $secrets = concat $secrets (list .Values.gateway.keys.existingSecret .Values.gateway.realm.existingSecret .Values.vault.masterKeys.existingSecret) }}{{ end -}}
{{- $secrets | compact | uniq | join ", " -}}
{{- end }}

{{- define "release.warnings" -}}
{{- if .Values.standalone.enabled }}
{{- $store := dig "sessions" "store" "sqlite" .Values.proxy.config }}
{{- if eq $store "memory" }}
  - proxy.config.sessions.store is memory: every restart logs everybody out.
{{- else if and (eq $store "sqlite") (not .Values.proxy.data.existingClaim) }}
  - proxy.data.existingClaim is missing: sessions last as long as the pod.
{{- end }}
{{- end }}
{{- $blocks := dict }}
{{- if .Values.standalone.enabled }}{{ $_ := set $blocks "proxy" .Values.proxy }}{{ end }}
{{- if .Values.vault.enabled }}{{ $_ := set $blocks "gateway" .Values.gateway }}{{ end }}
{{- range $at, $block := $blocks }}
{{- if not $block.networkPolicy.enabled }}
  - {{ $at }}.networkPolicy.enabled is false: every pod of the cluster reaches probes, metrics and keys.
{{- else if not $block.networkPolicy.from }}
  - {{ $at }}.networkPolicy.from is empty: every pod of the cluster reaches the Proxy past the ingress.
{{- end }}
{{- end }}
{{- end }}
