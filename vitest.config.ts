import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: [
      'packages/*/src/**/*.test.{ts,tsx}',
      'packages/*/test/**/*.test.ts',
      'packages/server/bench/**/*.test.ts',
      'scripts/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', '**/dist/**'],
    // Processes, not threads: native modules (SQLite, argon2) and tests that change the environment stay apart.
    pool: 'forks',
    maxWorkers: 2, // the smallest machine this is meant to be tested on has two cores
    testTimeout: 20_000, // a whole process with a real sshd needs 2–5 s; four times that is a hang
    hookTimeout: 30_000,
    // A real daemon that won't end must not hold up the answer.
    teardownTimeout: 10_000,
  },
})
