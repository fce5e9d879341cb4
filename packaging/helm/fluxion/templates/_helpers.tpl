{{- define "fluxion.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* The release, and the chart if the release is called something else. */}}
{{- define "fluxion.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "fluxion.selector" -}}
app.kubernetes.io/name: {{ include "fluxion.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "fluxion.labels" -}}
{{ include "fluxion.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "fluxion.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{/* The Secret with auth.toml: what there is, or what the chart makes; nothing for none. */}}
{{- define "fluxion.authSecret" -}}
{{- if .Values.auth.secretName -}}
{{ .Values.auth.secretName }}
{{- else if .Values.auth.contents -}}
{{ include "fluxion.fullname" . }}-auth
{{- end -}}
{{- end -}}

{{/* Refuses what `fluxion serve` would refuse; the server of the image would only warn. */}}
{{- define "fluxion.protected" -}}
{{- if and .Values.auth.secretName .Values.auth.contents -}}
{{- fail "\n\nauth.secretName and auth.contents are both set: take one of them.\n" -}}
{{- end -}}
{{- if and .Values.tls.clientCA.secretName (not .Values.tls.secretName) -}}
{{- fail "\n\ntls.clientCA.secretName needs tls.secretName: certificates of clients are asked for over TLS only.\n" -}}
{{- end -}}
{{- $certificates := and .Values.tls.clientCA.secretName (eq .Values.tls.clientCA.mode "required") -}}
{{- $identified := or (include "fluxion.authSecret" .) $certificates -}}
{{- if not (or .Values.insecure (and .Values.tls.secretName $identified)) -}}
{{- $lacks := list -}}
{{- if not .Values.tls.secretName -}}
{{- $lacks = append $lacks "  kubectl create secret tls fluxion-tls --cert=server.pem --key=server.key    # or let cert-manager make it\n      --set tls.secretName=fluxion-tls" -}}
{{- end -}}
{{- if not $identified -}}
{{- $lacks = append $lacks "  fluxion token new --id root --role admin --add auth.toml > root.token\n      --set-file auth.contents=auth.toml" -}}
{{- end -}}
{{- $what := ternary "nothing keeps strangers out" (ternary "nobody is asked who they are" "what clients say can be read on its way" (not (empty .Values.tls.secretName))) (eq (len $lacks) 2) -}}
{{- fail (printf "\n\nEverybody in the cluster can reach this service, and %s. Add\n\n%s\n\nTo try Fluxion out in a cluster that is yours alone: --set insecure=true.\n" $what (join "\n" $lacks)) -}}
{{- end -}}
{{- end -}}

{{/* The file of settings. JSON values are TOML values. */}}
{{- define "fluxion.settings" -}}
# where it is, and what keeps strangers out
listen = {{ printf "%s:4242" .Values.address | toJson }}
admin-listen = {{ printf "%s:9242" .Values.address | toJson }}
data-dir = "/data/journal"
{{- if .Values.insecure }}
insecure = true
{{- end }}
{{- if .Values.tls.secretName }}
tls-cert = "/etc/fluxion/tls/tls.crt"
tls-key = "/etc/fluxion/tls/tls.key"
{{- end }}
{{- if .Values.tls.clientCA.secretName }}
tls-client-ca = "/etc/fluxion/client-ca/ca.crt"
tls-client-auth = {{ .Values.tls.clientCA.mode | toJson }}
{{- end }}
{{- if include "fluxion.authSecret" . }}
auth-file = "/etc/fluxion/auth/auth.toml"
{{- end }}

# the values `settings` of the chart
{{- range $name, $value := .Values.settings }}
{{- if not (kindIs "map" $value) }}
{{ $name }} = {{ toJson $value }}
{{- end }}
{{- end }}
{{- range $table, $settings := .Values.settings }}
{{- if kindIs "map" $settings }}

[{{ $table }}]
{{- range $name, $value := $settings }}
{{ $name }} = {{ toJson $value }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}
