import { createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { isIPv4 } from 'node:net'

/** A self-signed TLS certificate in PEM; it is its own authority, so clients trust it by `ca: cert`. */
export interface TestCertificate {
  key: string
  cert: string
}

/**
 * A fresh self-signed P-256 certificate for host names and IPv4 addresses, valid 2020 to 2049. Written as DER by hand,
 * because node:crypto makes no certificates and a test should neither need openssl nor carry a stored private key.
 */
export function makeCertificate(names: readonly string[] = ['localhost', '127.0.0.1']): TestCertificate {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const publicDer = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  const name = sequence(der(SET, sequence(oid('550403'), der(UTF8, Buffer.from('rehearsal'))))) // 2.5.4.3 commonName
  const validity = sequence(der(UTC_TIME, Buffer.from('200101000000Z')), der(UTC_TIME, Buffer.from('491231235959Z')))
  const serial = Buffer.concat([Buffer.from([1]), randomBytes(15)]) // a leading 1 keeps it positive
  const version3 = der(VERSION, der(INTEGER, Buffer.from([2])))
  const extensions = der(EXTENSIONS, sequence(authority(), alternativeNames(names)))
  const content = sequence(version3, der(INTEGER, serial), ECDSA_SHA256, name, validity, name, publicDer, extensions)
  const signature = sign('sha256', content, privateKey)
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: pem(sequence(content, ECDSA_SHA256, bitString(signature))),
  }
}

// ASN.1 tags (X.690), as in RFC 5280.
const BOOLEAN = 0x01
const INTEGER = 0x02
const BIT_STRING = 0x03
const OCTET_STRING = 0x04
const OID = 0x06
const UTF8 = 0x0c
const UTC_TIME = 0x17
const SEQUENCE = 0x30
const SET = 0x31
const VERSION = 0xa0
const EXTENSIONS = 0xa3
const DNS_NAME = 0x82
const IP_ADDRESS = 0x87
const ECDSA_SHA256 = sequence(oid('2a8648ce3d040302')) // 1.2.840.10045.4.3.2

function authority(): Buffer {
  const yes = der(BOOLEAN, Buffer.from([0xff]))
  return sequence(oid('551d13'), yes, der(OCTET_STRING, sequence(yes))) // 2.5.29.19 basicConstraints, critical
}

function alternativeNames(names: readonly string[]): Buffer {
  const entries = names.map((name) =>
    isIPv4(name) ? der(IP_ADDRESS, Buffer.from(name.split('.').map(Number))) : der(DNS_NAME, Buffer.from(name)),
  )
  return sequence(oid('551d11'), der(OCTET_STRING, sequence(...entries))) // 2.5.29.17 subjectAltName
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(SEQUENCE, Buffer.concat(parts))
}

function oid(hex: string): Buffer {
  return der(OID, Buffer.from(hex, 'hex'))
}

function bitString(bytes: Buffer): Buffer {
  return der(BIT_STRING, Buffer.concat([Buffer.from([0]), bytes]))
}

function der(tag: number, content: Buffer): Buffer {
  const length = content.length
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...head]), content])
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}
