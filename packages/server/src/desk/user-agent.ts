/** Browsers by how they call themselves, those first that also call themselves another. */
const browsers = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bFirefox\//, 'Firefox'],
  [/\b(?:Headless)?Chrome\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
  [/^curl\//, 'curl'],
] as const

const systems = [
  [/\bAndroid\b/, 'Android'],
  [/\b(?:iPhone|iPad)\b/, 'iOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
] as const

/** A text that is none of these is kept this far. */
const unknownCharactersMax = 40

/** `Firefox on Linux` of what a browser calls itself: enough to know one's own again, and no more is kept. */
export function shortUserAgent(text: string | undefined): string {
  if (text === undefined || text === '') return 'unknown'
  const browser = browsers.find(([pattern]) => pattern.test(text))?.[1]
  const system = systems.find(([pattern]) => pattern.test(text))?.[1]
  if (browser === undefined) return text.replace(/[^\x20-\x7e]/g, '').slice(0, unknownCharactersMax)
  return system === undefined ? browser : `${browser} on ${system}`
}
