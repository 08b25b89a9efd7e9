{{/*
A pod's network is shared, its files are not: that holds only for an application that can neither listen in on the network, nor look into
the Proxy's process, nor mount what only the Proxy may have.
*/}}

{{- define "authproxy.sidecar.check" -}}
{{- $s := . -}}
{{- range list "hostNetwork" "hostPID" "hostIPC" "shareProcessNamespace" -}}
{{- if index $s.spec . -}}
{{- fail (printf "%s of the application's pod is true: what is beside it could look into the Proxy; leave it out" .) -}}
{{- end -}}
{{- end -}}
{{- range $volume := $s.spec.volumes -}}
{{- if hasPrefix "authproxy-" $volume.name -}}
{{- fail (printf "volume %s: names that begin with authproxy- are the Proxy's own" $volume.name) -}}
{{- end -}}
{{- include "authproxy.sidecar.checkSecrets" (dict "s" $s "value" $volume "what" (printf "volume %s" $volume.name)) -}}
{{- end -}}
{{- range concat ($s.spec.initContainers | default list) $s.spec.containers -}}
{{- include "authproxy.sidecar.checkContainer" (dict "s" $s "container" . "what" (printf "container %s" .name)) -}}
{{- end -}}
{{- end }}

{{- define "authproxy.sidecar.checkContainer" -}}
{{- $c := .container -}}
{{- $security := $c.securityContext | default dict -}}
{{- $capabilities := $security.capabilities | default dict -}}
{{- if eq $c.name "authproxy" -}}
{{- fail (printf "%s: the name is the Proxy's own" .what) -}}
{{- end -}}
{{- if $security.privileged -}}
{{- fail (printf "%s is privileged: it could read the Proxy's keys; leave privileged out" .what) -}}
{{- end -}}
{{- if not (eq (toString $security.allowPrivilegeEscalation) "false") -}}
{{- fail (printf "%s may gain rights; set securityContext.allowPrivilegeEscalation: false" .what) -}}
{{- end -}}
{{- if not (or (has "ALL" ($capabilities.drop | default list)) (has "NET_RAW" ($capabilities.drop | default list))) -}}
{{- fail (printf "%s keeps NET_RAW, with which it could listen in on the Proxy; set securityContext.capabilities.drop: [ALL]" .what) -}}
{{- end -}}
{{- range $capabilities.add -}}
{{- if ne . "NET_BIND_SERVICE" -}}
{{- fail (printf "%s adds the capability %s; none but NET_BIND_SERVICE may stand beside the Proxy" $.what .) -}}
{{- end -}}
{{- end -}}
{{- include "authproxy.sidecar.checkUser" (merge (dict "user" (coalesce $security.runAsUser (dig "securityContext" "runAsUser" "" .s.spec))) .) -}}
{{- range $c.ports -}}
{{- if has (int .containerPort) (list (int $.s.block.ports.proxy) (int $.s.block.ports.api) (int $.s.block.ports.decisions)) -}}
{{- fail (printf "%s listens on %d, which is the Proxy's; give one of them another port (%sports)" $.what (int .containerPort) $.s.at) -}}
{{- end -}}
{{- end -}}
{{- range $c.volumeMounts -}}
{{- if hasPrefix "authproxy-" .name -}}
{{- fail (printf "%s mounts %s, which is for the Proxy alone" $.what .name) -}}
{{- end -}}
{{- end -}}
{{- include "authproxy.sidecar.checkSecrets" (dict "s" .s "value" (dict "env" ($c.env | default list) "envFrom" ($c.envFrom | default list)) "what" .what) -}}
{{- end }}

{{/* Where the platform gives the user, it is the platform's to keep them apart. */}}
{{- define "authproxy.sidecar.checkUser" -}}
{{- $ours := .s.block.podSecurity.runAsUser -}}
{{- if not .s.block.podSecurity.assignedByPlatform -}}
{{- if not .user -}}
{{- fail (printf "%s says no user, and its image's may be the Proxy's (%d); set securityContext.runAsUser to another" .what (int $ours)) -}}
{{- else if eq (int .user) (int $ours) -}}
{{- fail (printf "%s runs as user %d, as the Proxy does; give one of them another (%spodSecurity.runAsUser)" .what (int $ours) .s.at) -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* Secrets with which the Proxy signs, seals or proves itself, and the folder of its sessions, are for nobody else in the pod. */}}
{{- define "authproxy.sidecar.checkSecrets" -}}
{{- $d := . -}}
{{- if kindIs "map" .value -}}
{{- $ours := list .s.block.keys.existingSecret .s.block.realm.existingSecret .s.block.tls.existingSecret -}}
{{- range .s.block.files }}{{ $ours = append $ours .existingSecret }}{{ end -}}
{{- range $key, $value := .value -}}
{{- if and (has $key (list "secret" "secretRef" "secretKeyRef")) (kindIs "map" $value) -}}
{{- $secret := $value.secretName | default $value.name -}}
{{- if and $secret (has $secret $ours) -}}
{{- fail (printf "%s takes the Secret %s, which is for the Proxy alone" $d.what $secret) -}}
{{- end -}}
{{- else if eq $key "persistentVolumeClaim" -}}
{{- with $d.s.block.data.existingClaim -}}
{{- if eq . $value.claimName -}}
{{- fail (printf "%s takes the claim %s, which holds the Proxy's sessions" $d.what .) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- include "authproxy.sidecar.checkSecrets" (merge (dict "value" $value) (omit $d "value")) -}}
{{- end -}}
{{- else if kindIs "slice" .value -}}
{{- range .value -}}
{{- include "authproxy.sidecar.checkSecrets" (merge (dict "value" .) (omit $d "value")) -}}
{{- end -}}
{{- end -}}
{{- end }}
