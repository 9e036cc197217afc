import { stat } from 'node:fs/promises'
import path from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyReply } from 'fastify'
import { TscalerError } from '../../../model/problem.ts'
import type { App } from '../app.ts'

/** A year: the name of a built asset holds a hash of it. */
const assetMs = 31_536_000_000

/** The built pages: files by their names, and the one page for every address that is none, as it finds its way itself. */
export async function pageRoutes(app: App, folder: string | null): Promise<void> {
  if (folder !== null) await app.register(fastifyStatic, { root: folder, serve: false, preCompressed: true })
  app.get('/*', { config: { access: 'anyone' }, schema: { hide: true } }, async (request, reply) => {
    const address = decodedPath(request.url)
    if (folder === null || address === undefined || /^\/(api|healthz|readyz|metrics)(\/|$)/.test(address)) {
      throw new TscalerError(
        'not-found',
        `There is no ${request.url.split('?')[0]}. The API is described at /api/v1/openapi.json.`,
      )
    }
    const file = path.normalize(path.join(folder, address))
    if (address !== '/' && file.startsWith(folder + path.sep) && (await isFile(file)))
      return sendFile(reply, folder, file)
    return reply.header('cache-control', 'no-cache').sendFile('index.html', folder, { cacheControl: false })
  })
}

function sendFile(reply: FastifyReply, folder: string, file: string) {
  const name = path.relative(folder, file)
  if (!name.startsWith(`assets${path.sep}`))
    return reply.header('cache-control', 'no-cache').sendFile(name, folder, { cacheControl: false })
  return reply.sendFile(name, folder, { maxAge: assetMs, immutable: true })
}

function decodedPath(url: string): string | undefined {
  try {
    return decodeURIComponent(url.split('?')[0] ?? '/')
  } catch {
    return undefined
  }
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isFile(),
    () => false,
  )
}
