import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { parseRoleMap, type RoleMapping } from '../desk/oidc-roles.ts'
import type { SecondFactorRule } from '../desk/second-factor-rule.ts'
import { parseCachePlaces } from '../keep/recent/memcached/cache-places.ts'
import { isZone } from '../keep/recent/memcached/outside-keys.ts'

/** Everything that is set from outside, read once at start: flag, else environment, else `settings.yaml`, else default. */
export interface Settings {
  port: number
  host: string
  dataFolder: string
  store: string
  /** `embedded`, or a broker's URL with its password. */
  queue: string
  /** `embedded`, or the caches. */
  recent: string
  /** How the keys for outside readers of the caches are written. */
  cacheKeys: 'second' | 'minute'
  cacheZone: string
  cachePrefix: string
  history: 'store'
  smtpUrl: string | null
  mailFrom: string
  secretKey: string | null
  secretKeyFile: string | null
  adminPassword: string | null
  /** Where EC2 and both load balancer APIs are asked; null: at AWS, as its SDK says. */
  ec2Endpoint: string | null
  elbEndpoint: string | null
  serverCommands: boolean
  /** The OS user that commands on tscaler's own machine run as; null: tscaler's own. */
  serverCommandsUser: string | null
  heartbeatUrl: string | null
  logLevel: 'debug' | 'info' | 'warn' | 'error'
  /** Addresses and networks of the proxies that say who asks. */
  trustedProxies: string[]
  /** Where pages and links of mails point to. */
  publicUrl: string | null
  /** Who must have a second factor beside the password; null: who wants to. */
  secondFactor: SecondFactorRule
  /** The address of the OpenID Connect issuer; null: there is no single sign-on. */
  oidcIssuer: string | null
  oidcClientId: string | null
  /** null: a public client. */
  oidcClientSecret: string | null
  oidcRoleClaim: string
  /** null: whoever the issuer lets in is viewer. */
  oidcRoleMap: readonly RoleMapping[] | null
  oidcName: string
}

/** One setting: what it is called, what it may be, and what it is for. */
export interface Setting {
  /** Its key in `settings.yaml`. */
  key: keyof Settings
  variable: string
  default: string
  expected: string
  help: string
  /** Its value is in no message. */
  secret?: true
  /** undefined: not what is expected. */
  parse: (text: string) => Settings[keyof Settings] | undefined
}

const textOrNull = (text: string) => (text === '' ? null : text)

/** All settings; `docs/operating/settings.md` is made from this table. */
export const settingsTable: readonly Setting[] = [
  {
    key: 'port',
    variable: 'TSCALER_PORT',
    default: '8480',
    expected: 'a port from 0 to 65535',
    help: 'Where the page and the API listen; 0: a free port.',
    parse: parsePort,
  },
  {
    key: 'host',
    variable: 'TSCALER_HOST',
    default: '127.0.0.1',
    expected: 'an address to listen on',
    help: 'The address to listen on. Put a proxy with a certificate in front before it is anything but this machine.',
    parse: (text) => text || undefined,
  },
  {
    key: 'dataFolder',
    variable: 'TSCALER_DATA',
    default: './data',
    expected: 'a folder',
    help: 'Everything tscaler keeps, but the secret key. One process at a time.',
    parse: (text) => resolve(text),
  },
  {
    key: 'store',
    variable: 'TSCALER_STORE',
    default: 'sqlite:',
    expected: '"sqlite:" (in the data folder), postgresql://… or mysql://…',
    help: 'Configuration, runs and audit: databases.md.',
    secret: true,
    parse: (text) => (/^(sqlite:|(postgresql|mysql):\/\/)/.test(text) ? text : undefined),
  },
  {
    key: 'queue',
    variable: 'TSCALER_QUEUE',
    default: 'embedded',
    expected: '"embedded", or amqp://user:password@host:5672/vhost (amqps:// with TLS)',
    help: 'Work between processes: inside this one, or RabbitMQ; see docs/operating/queue-and-cache.md.',
    secret: true,
    parse: (text) => (text === 'embedded' || /^amqps?:\/\/[^\s/]+/.test(text) ? text : undefined),
  },
  {
    key: 'recent',
    variable: 'TSCALER_RECENT',
    default: 'embedded',
    expected: '"embedded", or memcached://host:11211,host:11211',
    help: 'The latest samples: inside this process, or Memcached; see docs/operating/queue-and-cache.md.',
    parse: (text) => (text === 'embedded' || parseCachePlaces(text) ? text : undefined),
  },
  {
    key: 'cacheKeys',
    variable: 'TSCALER_CACHE_KEYS',
    default: 'second',
    expected: '"second" or "minute"',
    help: 'Whether the time in the keys for outside readers of Memcached has seconds; by minute a key has the last sample of its minute.',
    parse: (text) => (text === 'second' || text === 'minute' ? text : undefined),
  },
  {
    key: 'cacheZone',
    variable: 'TSCALER_CACHE_ZONE',
    default: 'UTC',
    expected: 'a time zone such as "Europe/Madrid"',
    help: 'The zone of the time in those keys.',
    parse: (text) => (isZone(text) ? text : undefined),
  },
  {
    key: 'cachePrefix',
    variable: 'TSCALER_CACHE_PREFIX',
    default: '',
    expected: 'up to 100 printable ASCII characters without a blank',
    help: 'In front of those keys, such as `:1:` for readers that use the cache of Django. Installations that share a Memcached need one each.',
    parse: (text) => (/^[!-~]{0,100}$/.test(text) ? text : undefined),
  },
  {
    key: 'history',
    variable: 'TSCALER_HISTORY',
    default: 'store',
    expected: '"store"',
    help: 'Samples over time: samples.db in the data folder.',
    parse: (text) => (text === 'store' ? text : undefined),
  },
  {
    key: 'smtpUrl',
    variable: 'TSCALER_SMTP_URL',
    default: '',
    expected: 'smtp://user:password@host:587 or smtps://…',
    help: 'Where mail goes; without it mail actions fail and alerts are on the pages only.',
    secret: true,
    parse: (text) => (text === '' ? null : /^smtps?:\/\/\S+$/.test(text) ? text : undefined),
  },
  {
    key: 'mailFrom',
    variable: 'TSCALER_MAIL_FROM',
    default: 'tscaler@localhost',
    expected: 'an address',
    help: 'The sender of mails.',
    parse: (text) => (text.includes('@') ? text : undefined),
  },
  {
    key: 'secretKey',
    variable: 'TSCALER_SECRET_KEY',
    default: '',
    expected: 'a key of 32 characters or more',
    help: 'Opens the stored secrets. Without it and the next, a key is made on the first start, outside the data folder; a shared store needs one of them.',
    secret: true,
    parse: textOrNull,
  },
  {
    key: 'secretKeyFile',
    variable: 'TSCALER_SECRET_KEY_FILE',
    default: '',
    expected: 'a file',
    help: 'A file with that key.',
    parse: textOrNull,
  },
  {
    key: 'adminPassword',
    variable: 'TSCALER_ADMIN_PASSWORD',
    default: '',
    expected: 'a password of 12 characters or more',
    help: 'For a first start without a person; later ones ignore it.',
    secret: true,
    parse: (text) => (text === '' ? null : text.length >= 12 ? text : undefined),
  },
  {
    key: 'ec2Endpoint',
    variable: 'TSCALER_EC2_ENDPOINT',
    default: '',
    expected: 'an http(s) address',
    help: "Where EC2 is asked; otherwise at AWS, or as the AWS SDK's own variables say.",
    parse: (text) => (text === '' ? null : /^https?:\/\//.test(text) ? text : undefined),
  },
  {
    key: 'elbEndpoint',
    variable: 'TSCALER_ELB_ENDPOINT',
    default: '',
    expected: 'an http(s) address',
    help: 'Where classic load balancers and target groups are asked; otherwise as for EC2.',
    parse: (text) => (text === '' ? null : /^https?:\/\//.test(text) ? text : undefined),
  },
  {
    key: 'serverCommands',
    variable: 'TSCALER_SERVER_COMMANDS',
    default: 'off',
    expected: '"off" or "on"',
    help: "Whether actions and scripts of one's own may run on tscaler's machine.",
    parse: (text) => (text === 'on' ? true : text === 'off' ? false : undefined),
  },
  {
    key: 'serverCommandsUser',
    variable: 'TSCALER_SERVER_COMMANDS_USER',
    default: '',
    expected: 'a user of this machine',
    help: 'Whom they run as; otherwise whoever runs tscaler. Needs tscaler to run as root.',
    parse: textOrNull,
  },
  {
    key: 'heartbeatUrl',
    variable: 'TSCALER_HEARTBEAT_URL',
    default: '',
    expected: 'an http(s) address',
    help: 'Called each minute while tscaler is healthy, so that somebody else can tell when it is not.',
    secret: true,
    parse: (text) => (text === '' ? null : /^https?:\/\//.test(text) ? text : undefined),
  },
  {
    key: 'logLevel',
    variable: 'TSCALER_LOG_LEVEL',
    default: 'info',
    expected: '"debug", "info", "warn" or "error"',
    help: "How much is in tscaler's own log, on standard error.",
    parse: (text) => (['debug', 'info', 'warn', 'error'].includes(text) ? text : undefined),
  },
  {
    key: 'trustedProxies',
    variable: 'TSCALER_TRUSTED_PROXIES',
    default: 'loopback',
    expected: 'addresses and networks with commas, such as 10.0.0.5,10.1.0.0/16, "loopback", or "none"',
    help: "The proxies in front: only they are believed who asks (X-Forwarded-For) and whether over TLS (X-Forwarded-Proto). For sign-ins' limits, sessions and cookies.",
    parse: parseProxies,
  },
  {
    key: 'publicUrl',
    variable: 'TSCALER_PUBLIC_URL',
    default: '',
    expected: 'an http(s) address',
    help: 'The address people use, for links in mails and for the way back from the single sign-on.',
    parse: (text) => (text === '' ? null : /^https?:\/\//.test(text) ? text.replace(/\/$/, '') : undefined),
  },
  {
    key: 'secondFactor',
    variable: 'TSCALER_SECOND_FACTOR',
    default: 'off',
    expected: '"off", "viewer", "operator" or "admin"',
    help: 'From which role on people who sign in with a password must have a second factor; they set it up before anything else is open.',
    parse: (text) => (text === 'off' ? null : (['viewer', 'operator', 'admin'] as const).find((role) => role === text)),
  },
  {
    key: 'oidcIssuer',
    variable: 'TSCALER_OIDC_ISSUER',
    default: '',
    expected: 'an https address (http on this machine only)',
    help: 'The OpenID Connect issuer that people may sign in with; it is told `<address>/api/v1/oidc/callback` as the way back.',
    parse: (text) => (text === '' ? null : isIssuer(text) ? text : undefined),
  },
  {
    key: 'oidcClientId',
    variable: 'TSCALER_OIDC_CLIENT_ID',
    default: '',
    expected: 'an id',
    help: 'What the issuer knows tscaler by; needed with the issuer.',
    parse: textOrNull,
  },
  {
    key: 'oidcClientSecret',
    variable: 'TSCALER_OIDC_CLIENT_SECRET',
    default: '',
    expected: 'a secret',
    help: 'The secret that goes with it; without one tscaler is a public client.',
    secret: true,
    parse: textOrNull,
  },
  {
    key: 'oidcRoleClaim',
    variable: 'TSCALER_OIDC_ROLE_CLAIM',
    default: 'groups',
    expected: 'a claim',
    help: 'Which claim lists the groups of somebody; a dot leads into another, as in `realm_access.roles`.',
    parse: (text) => text || undefined,
  },
  {
    key: 'oidcRoleMap',
    variable: 'TSCALER_OIDC_ROLE_MAP',
    default: '',
    expected:
      '"group=role; group=role@cluster", with the roles viewer, operator and (everywhere only) admin; the group * is everybody',
    help: 'What each group may do, read again at each sign-in. With it, who is in none of the groups is refused; without it everybody whom the issuer lets in is viewer, and administrators give roles.',
    parse: (text) => (text === '' ? null : parseRoleMap(text)),
  },
  {
    key: 'oidcName',
    variable: 'TSCALER_OIDC_NAME',
    default: 'Single sign-on',
    expected: 'a name of up to 40 characters',
    help: 'What the button on the sign-in page says.',
    parse: (text) => (text !== '' && text.length <= 40 ? text : undefined),
  },
]

function parseProxies(text: string): string[] | undefined {
  if (text === 'none') return []
  const proxies = text.split(',').map((proxy) => proxy.trim())
  return proxies.every((proxy) => proxy === 'loopback' || isNetwork(proxy)) ? proxies : undefined
}

/** An address, or a network in CIDR form; one that holds every address would believe everybody. */
function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/')
  const family = isIP(address)
  if (family === 0 || rest.length > 0) return false
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= (family === 4 ? 32 : 128))
  )
}

function parsePort(text: string): number | undefined {
  const port = Number(text)
  return /^\d{1,5}$/.test(text) && port <= 65_535 ? port : undefined
}

/** What comes over plain HTTP from another machine could be anybody's word. */
function isIssuer(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, search, hash } = new URL(text)
  if (search !== '' || hash !== '') return false
  return protocol === 'https:' || (protocol === 'http:' && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname))
}
