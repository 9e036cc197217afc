/** Something that reads and can stop for a moment. */
interface Resting {
  resume(): unknown
}

// The shortest time that a timer can wait. A server that answers 60,000 calls a second has 60 replies ready then.
const REST_MS = 1

let resting: Resting[] = []

/**
 * Lets the socket read on in a moment, when several replies will have come: waking up costs more than reading a reply, and a
 * server that is as fast as this client would cause it for each one. One timer serves all sockets. It keeps the process
 * alive, as a socket that doesn't read at the moment wouldn't.
 */
export function readLater(reading: Resting): void {
  resting.push(reading)
  if (resting.length === 1) setTimeout(wakeAll, REST_MS)
}

function wakeAll(): void {
  const awake = resting
  resting = []
  for (const reading of awake) reading.resume()
}
