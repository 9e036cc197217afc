import type { SshdNode } from '@tscaler/rehearsal/sshd.ts'

/** What a test's fleet is told. */
export interface FleetOptions {
  nodes: readonly SshdNode[]
  /** Logs in on all of them. */
  privateKey: string
  /** Where the server command writes. */
  serverFolder: string
  /** Where the mail goes. */
  smtpTo: string
  triggerState?: 'on' | 'watch' | 'off'
}

/**
 * A counter from the real /proc: the processor time, in ticks, that the node's load has used since the last look. The load is the
 * process whose id stands in `load.pid`; without one the counter is 0.
 */
const loadScript = [
  'pid=0; [ -r "$HOME/load.pid" ] && read -r pid <"$HOME/load.pid"',
  'used=0; [ -r "/proc/$pid/stat" ] && read -r a b c d e f g h i j k l m used rest <"/proc/$pid/stat"',
  'echo "$used"',
].join('\n')

/** Writes a line, waits until `go` is there, writes another: what a test counts to see that a task ran once. */
export const gatedScript = [
  'echo "begin $TSCALER_RUN.$TSCALER_STEP $TSCALER_NODE $TSCALER_ATTEMPT" >>"$HOME/ran"',
  'echo "working on $TSCALER_NODE for $TSCALER_TRIGGER"',
  'while [ ! -e "$HOME/go" ]; do sleep 0.1; done',
  'echo "end $TSCALER_RUN.$TSCALER_STEP $TSCALER_NODE $TSCALER_ATTEMPT" >>"$HOME/ran"',
].join('\n')

const fabfile = [
  'import os',
  'from fabric import task',
  '',
  '@task',
  'def deploy(c, env="none"):',
  '    c.run("echo begin-fab %s >>$HOME/ran" % env)',
  '    c.run("while [ ! -e $HOME/go-fab ]; do sleep 0.1; done")',
  '    c.run("echo end-fab %s >>$HOME/ran" % env)',
  '    print("deployed on " + c.host)',
].join('\n')

/** Real nodes, a counter of their load, and a trigger with one action of each kind, in order. */
export function fleetDocument({ nodes, privateKey, serverFolder, smtpTo, triggerState = 'on' }: FleetOptions) {
  return {
    version: 1,
    sshProfiles: [{ name: 'ops', user: nodes[0]?.user, privateKey: { value: privateKey } }],
    counters: [
      { name: 'load', ssh: { script: loadScript }, threshold: '> 10', period: '1s', unit: 'ticks' },
      { name: 'load1', ssh: { readyMade: 'load1' }, period: '1s' },
    ],
    clusters: [
      {
        name: 'shop',
        counters: ['load', 'load1'],
        nodes: nodes.map((node, index) => ({
          name: `shop0${index + 1}`,
          hostname: node.host,
          port: node.port,
          hostKey: node.hostKey,
          sshProfile: 'ops',
        })),
      },
    ],
    actions: [
      { name: 'script', localScript: { script: gatedScript, parallel: 10 } },
      { name: 'fab', distributedScript: { fabfile, commandLine: 'deploy --env live' } },
      { name: 'command', serverCommand: { command: ['/bin/sh', '-c', serverScript, 'sh', serverFolder] } },
      {
        name: 'mail',
        email: {
          to: [smtpTo],
          title: '{{trigger}} on {{cluster}}',
          content: 'because {{counter}} was {{value}} ({{threshold}}), run {{run}}',
        },
      },
    ],
    triggers: [
      {
        name: 'busy',
        cluster: 'shop',
        state: triggerState,
        counters: ['load'],
        timing: '3s',
        actions: [
          { action: 'script', target: 'cluster' },
          { action: 'fab', target: 'cluster' },
          { action: 'command', target: 'none' },
          { action: 'mail', target: 'none' },
        ],
      },
    ],
  }
}

/** Runs on tscaler's machine, in an empty environment: its folder is an argument. */
const serverScript = [
  'echo "begin-command $TSCALER_RUN" >>"$1/command-ran"',
  'while [ ! -e "$1/go-command" ]; do sleep 0.1; done',
  'echo "end-command $TSCALER_RUN" >>"$1/command-ran"',
].join('\n')
