{{- define "sightline.labels" -}}
app.kubernetes.io/name: sightline
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "sightline.image" -}}
image: {{ printf "%s:%s" .Values.image.repository .Values.image.tag | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
{{- end }}

{{/* What no container needs, as in docker-compose.yml: rights of root, and programs that gain any. */}}
{{- define "sightline.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  runAsGroup: 1000
  fsGroup: 1000
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "sightline.containerSecurity" -}}
securityContext:
  readOnlyRootFilesystem: true
  allowPrivilegeEscalation: false
  capabilities: { drop: [ALL] }
{{- end }}

{{- define "sightline.servers" -}}
{{- if .Values.nats.enabled -}}
nats://nats-0.nats:4222,nats://nats-1.nats:4222,nats://nats-2.nats:4222
{{- else -}}
{{ required "nats.servers: where the broker is, if nats.enabled is false" .Values.nats.servers }}
{{- end -}}
{{- end }}

{{- define "sightline.brokerEnv" -}}
- { name: SIGHTLINE_BROKER, value: {{ include "sightline.servers" . | quote }} }
- { name: SIGHTLINE_KEYS, value: /keys }
{{- end }}

{{/* The key of one user of the broker, and a place for what is temporary. */}}
{{- define "sightline.volumes" -}}
- name: keys
  secret: { secretName: {{ printf "%s-%s" .root.Values.keysPrefix .user }}, defaultMode: 0440 }
- name: tmp
  emptyDir: { medium: Memory, sizeLimit: 64Mi }
{{- end }}

{{- define "sightline.mounts" -}}
- { name: keys, mountPath: /keys, readOnly: true }
- { name: tmp, mountPath: /tmp }
{{- end }}

{{/* Health says whether the work goes on: who is ready. Whether the process answers at all: who is restarted. */}}
{{- define "sightline.monitorProbes" -}}
startupProbe:
  httpGet: { path: /metrics, port: monitor }
  periodSeconds: 2
  failureThreshold: 60
readinessProbe:
  httpGet: { path: /health, port: monitor }
  periodSeconds: 5
  timeoutSeconds: 3
livenessProbe:
  httpGet: { path: /metrics, port: monitor }
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
{{- end }}

{{- define "sightline.claim" -}}
accessModes: [{{ .mode }}]
{{- with .class }}
storageClassName: {{ . }}
{{- end }}
resources:
  requests: { storage: {{ .size }} }
{{- end }}
