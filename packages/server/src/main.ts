import { createServer } from 'node:http'

// A placeholder until the server is wired: it answers, so that building and starting can be tried.
const port = Number(process.env.TSCALER_PORT ?? 8480)
createServer((_request, response) => response.end('tscaler\n')).listen(port, '127.0.0.1', () => {
  console.log(`tscaler ${process.argv.slice(2).join(' ')} on http://127.0.0.1:${port}`)
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(0))
