/**
 * What one reply may cost. Seen in honest traffic (JVM 17 and Tomcat 10, everything read once): 143 kB, depth 13,
 * super chain 5, 8 fields a class, 4,603 handles.
 */
export const limits = {
  /** Bytes of one reply: a hundred times the largest seen. Every length and count is checked against what is left of it. */
  replyBytesMax: 16 * 1024 * 1024,
  /** Objects inside objects, descriptors and annotations included: eight times the deepest seen. */
  depthMax: 100,
  /** Entries of the handle table: each holds an object alive. */
  handlesMax: 262_144,
  /** Contents read (a null costs one byte on the wire and far more here). */
  contentsMax: 262_144,
  /** Super classes of one class: each makes a six-byte object cost another step. */
  superClassesMax: 32,
  fieldsMax: 256,
  interfacesMax: 64,
  /** Values that the result has when written out as a tree; shared parts count each time they are reached. */
  valuesMax: 200_000,
  /** How deep the tree of values may be; back references can build deeper ones than the wire nests. */
  valueDepthMax: 200,
  /** Bytes of a BigInteger's magnitude, and digits of a BigDecimal's scale: beyond, text of them is a burden of its own. */
  bigNumberBytesMax: 1_024,
  bigScaleMax: 10_000,
  /** Characters of a server's text that go into an error message. */
  textMax: 500,
  /** Calls that wait for a socket. */
  waitingCallsMax: 100_000,
  /**
   * Calls sent and not yet answered on one socket. Beside 256, 512 take a sixth off this side's processor time and a quarter
   * off the JVM's, over 50 connections; 1,000 no more, and each holds memory on both sides and is sent again after a loss.
   */
  inFlightMax: 512,
  /** Bytes of requests sent and not yet answered: the server stops reading while its answers are unread. */
  inFlightBytesMax: 1024 * 1024,
} as const
