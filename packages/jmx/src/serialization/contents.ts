import { JmxError } from '../error.ts'
import { ArrayFrame } from './array-frame.ts'
import type { Decoder } from './decoder.ts'
import { ClassDescFrame, ProxyDescFrame } from './desc-frame.ts'
import { ObjectFrame } from './object-frame.ts'
import { ClassFrame, EnumFrame, ExceptionFrame } from './small-frames.ts'
import * as tag from './tags.ts'

/** Reads the content whose tag has just been read: gives it to the top frame, or pushes the frame that reads it. */
export function openContent(decoder: Decoder, contentTag: number): void {
  decoder.count()
  switch (contentTag) {
    case tag.TC_NULL:
      return accept(decoder, null)
    case tag.TC_REFERENCE:
      return accept(decoder, decoder.handle(decoder.reader.i32()))
    case tag.TC_STRING:
      return acceptText(decoder, decoder.reader.utf())
    case tag.TC_LONGSTRING:
      return acceptText(decoder, decoder.reader.text(decoder.reader.longCount(1)))
    case tag.TC_RESET:
      decoder.reader.mark()
      return decoder.clearHandles()
    case tag.TC_OBJECT:
      return open(decoder, new ObjectFrame())
    case tag.TC_ARRAY:
      return open(decoder, new ArrayFrame())
    case tag.TC_CLASSDESC:
      return open(decoder, new ClassDescFrame())
    case tag.TC_PROXYCLASSDESC:
      return open(decoder, new ProxyDescFrame())
    case tag.TC_ENUM:
      return open(decoder, new EnumFrame())
    case tag.TC_CLASS:
      return open(decoder, new ClassFrame())
    case tag.TC_EXCEPTION:
      return open(decoder, new ExceptionFrame(decoder.begun()))
    default:
      throw new JmxError(
        'broken-reply',
        `the reply has byte 0x${contentTag.toString(16).padStart(2, '0')} where an object must begin.`,
      )
  }
}

type Accepted = Parameters<NonNullable<Decoder['top']>['accept']>[0]

function accept(decoder: Decoder, content: Accepted): void {
  decoder.reader.mark()
  decoder.top?.accept(content, decoder)
}

function acceptText(decoder: Decoder, text: string): void {
  decoder.addHandle(text)
  accept(decoder, text)
}

function open(decoder: Decoder, frame: Parameters<Decoder['push']>[0]): void {
  decoder.reader.mark()
  decoder.push(frame)
}
