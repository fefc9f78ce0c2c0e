{{- define "authpulse.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "authpulse.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 48 | trimSuffix "-" -}}
{{- else -}}
{{- $name := include "authpulse.name" . -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 48 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 48 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* Labels that pods of a component are found by; they never change. Takes (list $ COMPONENT). */ -}}
{{- define "authpulse.selector" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ include "authpulse.name" $root }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{- /* Labels of an object. Takes (list $ COMPONENT). */ -}}
{{- define "authpulse.labels" -}}
{{- $root := index . 0 -}}
{{ include "authpulse.selector" . }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
app.kubernetes.io/part-of: authpulse
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" }}
{{- with $root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- /* Annotations of an object, with the key, or nothing. Takes (list $ FURTHER). */ -}}
{{- define "authpulse.annotations" -}}
{{- $all := merge (dict) (index . 1 | default dict) (index . 0).Values.commonAnnotations -}}
{{- with $all -}}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end -}}
{{- end -}}

{{- /* A reference to an image. Takes (list $ IMAGE). */ -}}
{{- define "authpulse.image" -}}
{{- $image := index . 1 -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $image.repository $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $image.repository (toString ($image.tag | default (index . 0).Chart.AppVersion)) -}}
{{- end -}}
{{- end -}}

{{- define "authpulse.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "authpulse.fullname" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}

{{- define "authpulse.localstackName" -}}
{{- printf "%s-localstack" (include "authpulse.fullname" .) -}}
{{- end -}}

{{- define "authpulse.localstackAddress" -}}
{{- printf "%s.%s.svc:%v" (include "authpulse.localstackName" .) .Release.Namespace .Values.localstack.port -}}
{{- end -}}

{{- define "authpulse.endpoint" -}}
{{- if .Values.aws.endpoint -}}
{{- .Values.aws.endpoint -}}
{{- else if .Values.localstack.enabled -}}
{{- printf "http://%s" (include "authpulse.localstackAddress" .) -}}
{{- end -}}
{{- end -}}

{{- /* What the operator may do with the objects of a namespace, or of all. */ -}}
{{- define "authpulse.rules" -}}
- apiGroups: [authpulse.io]
  resources: [authpulses, authpulsesnapshots]
  verbs: [get, list, watch, patch]
- apiGroups: [authpulse.io]
  resources: [authpulses/status, authpulsesnapshots/status]
  verbs: [patch]
- apiGroups: [authpulse.io]
  resources: [authpulses/finalizers]
  verbs: [update]
- apiGroups: [batch]
  resources: [jobs, cronjobs]
  verbs: [get, list, create, patch, delete]
- apiGroups: [""]
  resources: [pods]
  verbs: [list]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, get, patch]
{{- if .Values.rbac.secrets }}
- apiGroups: [""]
  resources: [secrets]
  {{- with .Values.rbac.secretNames }}
  resourceNames:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  verbs: [get]
{{- end }}
{{- end -}}
