import type { IncomingMessage } from 'node:http'
import type { Region } from './region.ts'
import { ApiError } from './wire/api-error.ts'
import type { ApiName } from './wire/apis.ts'
import { type CloudCredentials, isSignedBy, parseSignature } from './wire/signature.ts'

/** Whom the cloud knows, and where. */
export interface Gate {
  credentials: readonly CloudCredentials[]
  region: (name: string) => Region | undefined
}

/** The region of the credential scope, once the signature is found good; else as each service refuses. */
export function authenticate(gate: Gate, api: ApiName, request: IncomingMessage, body: Buffer): Region {
  const signature = parseSignature(request.headers.authorization)
  const ec2Words = 'AWS was not able to validate the provided access credentials'
  if (signature === undefined) {
    throw api === 'ec2'
      ? new ApiError('AuthFailure', ec2Words)
      : new ApiError('MissingAuthenticationToken', 'Missing Authentication Token')
  }
  const known = gate.credentials.find(({ accessKeyId }) => accessKeyId === signature.accessKeyId)
  if (known === undefined) {
    throw api === 'ec2'
      ? new ApiError('AuthFailure', ec2Words)
      : new ApiError('InvalidClientTokenId', 'The security token included in the request is invalid.')
  }
  const signed = { method: request.method ?? '', path: request.url ?? '/', headers: request.headers, body }
  if (!isSignedBy(known.secretAccessKey, signature, signed)) {
    const message = 'The request signature we calculated does not match the signature you provided.'
    throw api === 'ec2' ? new ApiError('AuthFailure', ec2Words) : new ApiError('SignatureDoesNotMatch', message)
  }
  const region = gate.region(signature.region)
  const service = api === 'ec2' ? 'ec2' : 'elasticloadbalancing'
  if (region !== undefined && signature.service === service) return region
  const scope = `${signature.region}/${signature.service}`
  throw new ApiError(
    'AuthFailure',
    `Credential should be scoped to a valid region and to ${service}, not to '${scope}'.`,
  )
}
