import type { ApiError } from './api-error.ts'
import { type Content, writeXml } from './xml.ts'

/** The three Query APIs that share the endpoint. */
export type ApiName = 'ec2' | 'elb' | 'elbv2'

/** Which API speaks this `Version`. */
export function apiOf(version: string | undefined): ApiName | undefined {
  return VERSIONS.find(([, known]) => known === version)?.[0]
}

/** The answer to a call that went well. */
export function answerFrame(api: ApiName, action: string, requestId: string, content: Content): string {
  const inside =
    api === 'ec2'
      ? writeXml({ requestId }) + writeXml(content)
      : writeXml({ [`${action}Result`]: content ?? '', ResponseMetadata: { RequestId: requestId } })
  return `${PROLOGUE}<${action}Response xmlns="${NAMESPACES[api]}">${inside}</${action}Response>`
}

/** The answer to a call that was refused. EC2 has a frame without a namespace, of its own. */
export function errorFrame(api: ApiName, requestId: string, { code, message, status }: ApiError): string {
  if (api === 'ec2') {
    const errors = { Error: { Code: code, Message: message } }
    return PROLOGUE + writeXml({ Response: { Errors: errors, RequestID: requestId } })
  }
  const error = { Type: status >= 500 ? 'Receiver' : 'Sender', Code: code, Message: message }
  const inside = writeXml({ Error: error, RequestId: requestId })
  return `${PROLOGUE}<ErrorResponse xmlns="${NAMESPACES[api]}">${inside}</ErrorResponse>`
}

const VERSIONS: readonly (readonly [ApiName, string])[] = [
  ['ec2', '2016-11-15'],
  ['elb', '2012-06-01'],
  ['elbv2', '2015-12-01'],
]
const NAMESPACES: Readonly<Record<ApiName, string>> = {
  ec2: 'http://ec2.amazonaws.com/doc/2016-11-15/',
  elb: 'http://elasticloadbalancing.amazonaws.com/doc/2012-06-01/',
  elbv2: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
}
const PROLOGUE = '<?xml version="1.0" encoding="UTF-8"?>\n'
