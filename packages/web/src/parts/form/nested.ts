import { createContext, type ReactNode } from 'react'
import type { ReferenceKind } from './kinds.ts'

/** The form of another kind of thing, opened from within a form: handed down, as forms can't know themselves. */
export const NestedForm = createContext<
  (props: { kind: ReferenceKind; done: (saved: { name: string }) => void; back: () => void }) => ReactNode
>(() => null)
