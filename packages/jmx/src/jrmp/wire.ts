// Java RMI Specification, chapter 10: the transport protocol.
export const JRMP_MAGIC = 0x4a524d49
export const JRMP_VERSION = 2
export const PROTOCOL_STREAM = 0x4b
export const PROTOCOL_ACK = 0x4e
export const PROTOCOL_NOT_SUPPORTED = 0x4f
export const CALL = 0x50
export const RETURN_DATA = 0x51
export const RETURN_NORMAL = 1
export const RETURN_EXCEPTION = 2

/** ObjID: i64 number, then a UID of 14 bytes. */
export const OBJ_ID_BYTES = 22
/** Where the ObjID stands in a call: behind the op byte, the stream header (4) and the block header (2). */
export const OBJ_ID_AT = 7
/** u8 kind and a UID that is another one in each reply. */
export const RETURN_HEADER_BYTES = 15
