{{/*
For the chart of an application, whose values hold the Proxy's below `authproxy-sidecar`. Three templates do everything:

  spec: {{- include "authproxy.sidecar.pod" (dict "root" $ "name" "bank" "replicas" .Values.replicas "spec" (fromYaml (include "bank.pod" .))) | nindent 6 }}
  annotations: {{- include "authproxy.sidecar.annotations" (dict "root" $ "name" "bank") | nindent 8 }}
  {{ include "authproxy.sidecar.objects" (dict "root" $ "name" "bank" "selector" (include "bank.selector" .)) }}

root      the application chart's context
name      what Service, ConfigMaps and NetworkPolicy are called
spec      the application's own pod: containers, volumes, anything; it comes back with the sidecar in it, or rendering fails and says what stands against it
replicas  how many pods there may be
selector  labels of the pods, as text
*/}}

{{- define "authproxy.sidecar.pod" -}}
{{- $sidecar := merge (dict "block" (index .root.Values "authproxy-sidecar") "part" "application" "at" "authproxy-sidecar.") . -}}
{{- $b := $sidecar.block -}}
{{- include "authproxy.check" $sidecar -}}
{{- include "authproxy.checkReplicas" (merge (dict "scales" "the application") $sidecar) -}}
{{- include "authproxy.sidecar.check" $sidecar -}}
{{- $pod := deepCopy .spec -}}
{{- $container := fromYaml (include "authproxy.container" $sidecar) -}}
{{- $native := eq $b.nativeSidecar "always" -}}
{{- if eq $b.nativeSidecar "auto" }}{{ $native = semverCompare ">=1.29.0-0" .root.Capabilities.KubeVersion.Version }}{{ end -}}
{{- if $native -}}
{{- /* The first of all: the application starts behind a Proxy that has started, and ends before it. */ -}}
{{- $_ := set $pod "initContainers" (prepend ($pod.initContainers | default list) (set $container "restartPolicy" "Always")) -}}
{{- else -}}
{{- $_ := set $pod "containers" (append $pod.containers $container) -}}
{{- end -}}
{{- if semverCompare ">=1.30.0-0" .root.Capabilities.KubeVersion.Version -}}
{{- /* Requests arrive until every load balancer has taken note; until then the application stays. */ -}}
{{- range $pod.containers -}}
{{- if and (ne .name $container.name) (not .lifecycle) -}}
{{- $_ := set . "lifecycle" (dict "preStop" (dict "sleep" (dict "seconds" (int $b.drain.delaySeconds)))) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $_ := set $pod "volumes" (concat ($pod.volumes | default list) (fromYamlArray (include "authproxy.volumes" $sidecar))) -}}
{{- $_ := set $pod "terminationGracePeriodSeconds" (add ($pod.terminationGracePeriodSeconds | default 30) (mul 2 (int $b.drain.delaySeconds)) (int $b.drain.timeoutSeconds)) -}}
{{- range $key := list "enableServiceLinks" "automountServiceAccountToken" -}}
{{- if not (hasKey $pod $key) }}{{ $_ := set $pod $key false }}{{ end -}}
{{- end -}}
{{- if not $b.podSecurity.assignedByPlatform -}}
{{- $_ := set $pod "securityContext" (merge ($pod.securityContext | default dict) (dict "fsGroup" (int $b.podSecurity.fsGroup) "fsGroupChangePolicy" "OnRootMismatch")) -}}
{{- end -}}
{{- toYaml $pod -}}
{{- end }}

{{/* The configuration is read at the start. Rules, Secrets and certificates are taken anew without one. */}}
{{- define "authproxy.sidecar.annotations" -}}
checksum/authproxy: {{ include "authproxy.config" (merge (dict "block" (index .root.Values "authproxy-sidecar")) .) | sha256sum }}
{{- end }}

{{- define "authproxy.sidecar.objects" -}}
{{- $sidecar := merge (dict "block" (index .root.Values "authproxy-sidecar") "part" "application" "at" "authproxy-sidecar.") . -}}
{{ include "authproxy.configMaps" $sidecar }}
---
{{ include "authproxy.service" $sidecar }}
{{- with include "authproxy.networkPolicy" $sidecar }}
---
{{ . }}
{{- end }}
{{- with include "authproxy.podMonitor" $sidecar }}
---
{{ . }}
{{- end }}
{{- end }}
