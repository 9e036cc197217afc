import type { ByteReader } from '../bytes/reader.ts'
import { JmxError } from '../error.ts'
import { ArrayFrame } from './array-frame.ts'
import { ClassDescFrame, ProxyDescFrame } from './desc-frame.ts'
import { type Frame, FrameStack } from './frame-stack.ts'
import type { Content } from './graph.ts'
import { ObjectFrame } from './object-frame.ts'
import { ClassFrame, EnumFrame, ExceptionFrame } from './small-frames.ts'
import * as tag from './tags.ts'

/** A decoder for the contents of one stream; its handles begin at nothing. */
export function createDecoder(reader: ByteReader): FrameStack {
  return new FrameStack(reader, openContent)
}

function openContent(decoder: FrameStack, contentTag: number): void {
  decoder.count()
  switch (contentTag) {
    case tag.TC_NULL:
      accept(decoder, null)
      return
    case tag.TC_REFERENCE:
      accept(decoder, decoder.handle(decoder.reader.i32()))
      return
    case tag.TC_STRING:
      acceptText(decoder, decoder.reader.utf())
      return
    case tag.TC_LONGSTRING:
      acceptText(decoder, decoder.reader.text(decoder.reader.longCount(1)))
      return
    case tag.TC_RESET:
      decoder.reader.mark()
      decoder.clearHandles()
      return
    case tag.TC_OBJECT:
      open(decoder, new ObjectFrame())
      return
    case tag.TC_ARRAY:
      open(decoder, new ArrayFrame())
      return
    case tag.TC_CLASSDESC:
      open(decoder, new ClassDescFrame())
      return
    case tag.TC_PROXYCLASSDESC:
      open(decoder, new ProxyDescFrame())
      return
    case tag.TC_ENUM:
      open(decoder, new EnumFrame())
      return
    case tag.TC_CLASS:
      open(decoder, new ClassFrame())
      return
    case tag.TC_EXCEPTION:
      open(decoder, new ExceptionFrame(decoder.begun()))
      return
    default:
      throw new JmxError(
        'broken-reply',
        `the reply has byte 0x${contentTag.toString(16).padStart(2, '0')} where an object must begin.`,
      )
  }
}

function accept(decoder: FrameStack, content: Content): void {
  decoder.reader.mark()
  decoder.top?.accept(content, decoder)
}

function acceptText(decoder: FrameStack, text: string): void {
  decoder.addHandle(text)
  accept(decoder, text)
}

function open(decoder: FrameStack, frame: Frame): void {
  decoder.reader.mark()
  decoder.push(frame)
}
