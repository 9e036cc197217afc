import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Where a server of `npm start` answers, for pages that Vite serves itself. */
const server = 'http://127.0.0.1:8480'

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2022',
    // The content security policy allows no address made of data.
    assetsInlineLimit: 0,
    // 250 kB gzipped at the first visit is the limit; this warns long before.
    chunkSizeWarningLimit: 600,
  },
  server: { proxy: { '/api': { target: server, changeOrigin: false } } },
})
