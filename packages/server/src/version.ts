import own from '../package.json' with { type: 'json' }

/** tscaler's version, of this package. */
export const version: string = own.version
