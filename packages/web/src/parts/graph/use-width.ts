import { type RefObject, useEffect, useRef, useState } from 'react'

/** A part's width in CSS pixels, kept up; 0 before it is known. */
export function useWidth<Part extends HTMLElement>(): [RefObject<Part | null>, number] {
  const part = useRef<Part>(null)
  const [width, setWidth] = useState(0)
  useEffect(() => {
    if (part.current === null) return
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setWidth(Math.floor(entry.contentRect.width))
    })
    observer.observe(part.current)
    return () => observer.disconnect()
  }, [])
  return [part, width]
}
