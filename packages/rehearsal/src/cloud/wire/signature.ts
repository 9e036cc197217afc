import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** Who signs: what the AWS SDK calls credentials. */
export interface CloudCredentials {
  accessKeyId: string
  secretAccessKey: string
}

/** A request's `Authorization` header of Signature Version 4, taken apart. */
export interface Signature {
  accessKeyId: string
  /** Of the credential scope: `20260801`, `us-east-1`, `ec2`. */
  day: string
  region: string
  service: string
  signedHeaders: string[]
  hex: string
}

/** What is signed of a request beside its headers. */
export interface SignedRequest {
  method: string
  path: string
  headers: IncomingHttpHeaders
  body: Buffer
}

/** undefined when the header is absent or of another scheme. */
export function parseSignature(header: string | undefined): Signature | undefined {
  const match = HEADER.exec(header ?? '')
  if (match === null) return undefined
  const [, accessKeyId = '', day = '', region = '', service = '', headers = '', hex = ''] = match
  return { accessKeyId, day, region, service, signedHeaders: headers.split(';'), hex }
}

/** True when the secret key has signed this request (AWS General Reference, "Signature Version 4"). */
export function isSignedBy(secretAccessKey: string, signature: Signature, request: SignedRequest): boolean {
  const { day, region, service, signedHeaders } = signature
  const headers = signedHeaders.map(
    (name) =>
      `${name}:${String(request.headers[name] ?? '')
        .trim()
        .replace(/ +/g, ' ')}\n`,
  )
  const [path = '/', query = ''] = request.path.split('?')
  const canonical = [request.method, path, query, headers.join(''), signedHeaders.join(';'), sha256(request.body)]
  const scope = [day, region, service, 'aws4_request']
  const instant = String(request.headers['x-amz-date'] ?? '')
  const toSign = ['AWS4-HMAC-SHA256', instant, scope.join('/'), sha256(canonical.join('\n'))].join('\n')
  const key = scope.reduce<Buffer>((last, part) => hmac(last, part), Buffer.from(`AWS4${secretAccessKey}`))
  const [wanted, seen] = [hmac(key, toSign), Buffer.from(signature.hex, 'hex')]
  return wanted.length === seen.length && timingSafeEqual(wanted, seen)
}

const HEADER =
  /^AWS4-HMAC-SHA256 Credential=([^/,]+)\/(\d{8})\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/

function sha256(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('hex')
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
