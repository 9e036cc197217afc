import type { ServerResponse } from 'node:http'

/** An answer before faults are done to it. */
export interface Reply {
  status: number
  requestId: string
  body: string
}

/** Sends it whole. */
export function send(response: ServerResponse, { status, requestId, body }: Reply): void {
  response.writeHead(status, headersOf(requestId, body))
  response.end(body)
}

/** Promises the whole body, sends half of it and closes the connection. */
export function sendHalf(response: ServerResponse, { status, requestId, body }: Reply): void {
  response.writeHead(status, headersOf(requestId, body))
  response.write(Buffer.from(body).subarray(0, Math.floor(Buffer.byteLength(body) / 2)), () => response.destroy())
}

function headersOf(requestId: string, body: string): Record<string, string | number> {
  return {
    'content-type': 'text/xml;charset=UTF-8',
    'content-length': Buffer.byteLength(body),
    'x-amzn-requestid': requestId,
  }
}
