import { Inbox } from '../bytes/inbox.ts'
import { ByteReader, ShortOfBytes } from '../bytes/reader.ts'
import { ByteWriter } from '../bytes/writer.ts'
import type { Clock } from '../clock.ts'
import { JmxError } from '../error.ts'
import type { Stream } from './stream.ts'
import { JRMP_MAGIC, JRMP_VERSION, PROTOCOL_ACK, PROTOCOL_STREAM } from './wire.ts'

/** The first byte of a TLS alert, which a TLS server sends when it is spoken to in clear. */
const TLS_ALERT = 0x15
// The longest name of a host is 255 bytes; what is longer is no greeting.
const GREETING_BYTES_MAX = 1_024

/** Greets the other side and reads its greeting; rejects with what it seems to be instead of an RMI server. */
export function shakeHands(stream: Stream, clock: Clock, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const inbox = new Inbox()
    const cancel = clock.after(timeoutMs, () => fail(silent(timeoutMs)))
    let settled = false
    function fail(error: JmxError): void {
      if (settled) return
      settled = true
      cancel()
      stream.destroy()
      reject(error)
    }
    function greeted(chunk: Buffer, view: DataView, length: number): void {
      inbox.push(chunk, view, length)
      const verdict = readGreeting(inbox)
      inbox.keep()
      if (verdict instanceof JmxError) {
        fail(verdict)
        return
      }
      if (!verdict) return
      settled = true
      cancel()
      resolve()
    }
    stream.receive({
      received(chunk, view, length) {
        if (!settled) greeted(chunk, view, length)
        return true
      },
      ended: (error) => fail(hungUp(error)),
    })
    // The endpoint that we would be reached at: none.
    stream.write(new ByteWriter().i32(JRMP_MAGIC).u16(JRMP_VERSION).u8(PROTOCOL_STREAM).utf('').i32(0).bytes())
  })
}

/** True when the greeting is complete. */
function readGreeting(inbox: Inbox): boolean | JmxError {
  const first = inbox.bytes[inbox.start]
  if (first === TLS_ALERT) return new JmxError('tls-required', 'the port speaks TLS. Set `tls`.')
  if (first !== PROTOCOL_ACK) return notRmi(`it answers ${seen(inbox)}`)
  const reader = new ByteReader()
  reader.window(inbox.bytes, inbox.view, inbox.start, inbox.end)
  try {
    reader.u8()
    reader.utf()
    reader.i32()
  } catch (thrown) {
    if (!(thrown instanceof ShortOfBytes)) throw thrown
    return inbox.end - inbox.start > GREETING_BYTES_MAX ? notRmi('its greeting has no end') : false
  }
  if (reader.position < inbox.end - inbox.start) return notRmi('it goes on speaking unasked')
  inbox.start = inbox.end
  return true
}

function notRmi(why: string): JmxError {
  return new JmxError(
    'not-rmi',
    `the port speaks no RMI (${why}). Give the port of -Dcom.sun.management.jmxremote.port.`,
  )
}

/** What the other side says, as far as a person can read it. */
function seen(inbox: Inbox): string {
  const start = inbox.bytes.subarray(inbox.start, Math.min(inbox.end, inbox.start + 20))
  const text = start.toString('latin1').split(/[\r\n]/)[0] ?? ''
  return /^[\x20-\x7e]{3,}$/.test(text) ? JSON.stringify(text) : `0x${start.toString('hex')}`
}

function silent(timeoutMs: number): JmxError {
  return new JmxError(
    'timeout',
    `the port took the connection and said nothing for ${Math.round(timeoutMs)} ms. If it is no JMX port, correct the port; if it is, the JVM hangs.`,
  )
}

function hungUp(error: Error | undefined): JmxError {
  if (error)
    return new JmxError('connection-lost', `the connection broke in the RMI greeting (${error.message}).`, {
      cause: error,
    })
  return notRmi('it hangs up on an RMI greeting')
}
