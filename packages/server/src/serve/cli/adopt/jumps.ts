/**
 * The jump hosts of ssh's arguments, from the nearest to the farthest: `-J a,b`, `-o ProxyJump=a,b`, or a ProxyCommand that is
 * `ssh -W %h:%p …`. None: empty; undefined where a ProxyCommand is anything else.
 */
export function parseJumps(args: string): string[] | undefined {
  const jump = /(?:^|\s)-J\s*(\S+)/.exec(args)?.[1] ?? /ProxyJump[= ]\s*["']?([^"'\s]+)/i.exec(args)?.[1]
  if (jump !== undefined) return jump === 'none' ? [] : jump.split(',').filter(Boolean)
  const [, quote, rest = ''] = /ProxyCommand\s*[= ]\s*(["']?)(.*)$/i.exec(args) ?? []
  if (quote === undefined) return []
  const command = quote === '' ? rest : rest.slice(0, rest.indexOf(quote) < 0 ? undefined : rest.indexOf(quote))
  return proxyCommand(command)
}

/** The host of `ssh -W %h:%p -q -p 2222 user@gw`. */
function proxyCommand(command: string): string[] | undefined {
  const words = command.trim().split(/\s+/)
  if (!/(^|\/)ssh$/.test(words[0] ?? '') || !/-W\s*\[?%h\]?:%p/.test(command)) return undefined
  let user: string | undefined
  let port: string | undefined
  const hosts: string[] = []
  for (let index = 1; index < words.length; index++) {
    const word = words[index] ?? ''
    if (/^-[WoiFpl]$/.test(word)) {
      index += 1
      if (word === '-p') port = words[index]
      if (word === '-l') user = words[index]
    } else if (!word.startsWith('-')) hosts.push(word)
  }
  const [host, ...others] = hosts
  if (host === undefined || others.length > 0) return undefined
  return [`${user === undefined || host.includes('@') ? '' : `${user}@`}${host}${port === undefined ? '' : `:${port}`}`]
}
