import { JmxError } from '../error.ts'

const NOT_TRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
])

/** An error of node:tls in words that say what to do; undefined when it has nothing to do with TLS. */
export function tlsTrouble(cause: Error): JmxError | undefined {
  const code = 'code' in cause ? String(cause.code) : ''
  if (NOT_TRUSTED.has(code))
    return new JmxError(
      'certificate-not-trusted',
      `the JVM's certificate is not trusted (${code}). Set \`tls.ca\` to its authority's certificate, or to the certificate itself when it is self-signed.`,
      { cause },
    )
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return new JmxError(
      'certificate-name',
      `the JVM's certificate is for another name (${cause.message}). Set \`tls.serverName\` to a name it bears, or \`tls.checkName: false\`.`,
      { cause },
    )
  // Alerts 42 (bad certificate) and 116 (certificate required): the JVM asked for a client's certificate.
  if (/ALERT_(BAD_CERTIFICATE|CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|CERTIFICATE_UNKNOWN)/.test(code))
    return new JmxError(
      'client-certificate-needed',
      'the JVM wants a client certificate, and not this one. Set `tls.cert` and `tls.key` to a pair that its trust store knows.',
      { cause },
    )
  if (
    code.startsWith('ERR_SSL_') ||
    code.startsWith('ERR_TLS_') ||
    /TLS (connection )?was/.test(cause.message) ||
    /before secure TLS/.test(cause.message)
  )
    return new JmxError(
      'tls-failed',
      `TLS could not be agreed on (${'reason' in cause ? String(cause.reason) : cause.message}). If the port is in clear, leave \`tls\` out.`,
      {
        cause,
      },
    )
  return undefined
}
