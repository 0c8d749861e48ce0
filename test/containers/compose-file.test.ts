import { describe, expect, it } from 'vitest'
import { podmanArguments, readCompose, startOrder } from './compose-file.ts'

const place = { project: 'p', folderOf: (volume: string) => `/volumes/${volume}`, mostFiles: 1024, ports: {} }

const text = `
name: p
x-hardened: &hardened { read_only: true, tmpfs: [/tmp], cap_drop: [ALL], security_opt: ['no-new-privileges:true'] }
services:
  api:
    <<: *hardened
    image: api:\${VERSION:-local}
    environment: { SECRET: '\${SECRET:?set it, e.g. SECRET=$$(openssl rand -hex 24)}', MAIL: '\${MAIL:-}' }
    command: [api, run]
    networks: [broker, agency]
    ports: ['127.0.0.1:8080:80']
    volumes: ['data:/data', { type: volume, source: keys, target: /keys, read_only: true, volume: { subpath: keys/api } }, { type: bind, source: /etc/a, target: /b, read_only: true }]
    depends_on: { node: { condition: service_healthy } }
  node:
    image: node
    user: '1:1'
    restart: unless-stopped
    networks: { nodes: { aliases: [node-1] } }
    ulimits: { nofile: 262144 }
    tmpfs: ['/logs:uid=1,gid=1,mode=0700']
  init: { image: node, network_mode: none }
`

describe('docker-compose.yml under podman', () => {
  it('has its variables filled in, and says which one it demands', () => {
    expect(() => readCompose(text)).toThrow('SECRET: set it, e.g. SECRET=$(openssl rand -hex 24)')
    const { api } = readCompose(text, { SECRET: 's' }).services
    expect(api).toMatchObject({ image: 'api:local', environment: { SECRET: 's', MAIL: '' } })
    expect(readCompose(text, { SECRET: 's', VERSION: '2' }).services.api!.image).toBe('api:2')
  })

  it('is hardened, connected and mounted as the file says', () => {
    const { api, node, init } = readCompose(text, { SECRET: 's' }).services
    const words = podmanArguments('api', api!, place).join(' ')
    for (const part of [
      '--read-only --read-only-tmpfs=false --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges',
      '--network p_broker:alias=api --network p_agency:alias=api',
      '--volume p_data:/data --volume /volumes/p_keys/keys/api:/keys:ro --volume /etc/a:/b:ro',
      '--publish 127.0.0.1:8080:80 api:local api run',
    ])
      expect(words).toContain(part)
    expect(podmanArguments('node', node!, place).join(' ')).toContain(
      '--tmpfs /logs:mode=1777 --user 1:1 --restart unless-stopped --ulimit nofile=1024:1024 --ulimit nproc=1024:1024 --network p_nodes:alias=node,alias=node-1',
    )
    expect(podmanArguments('init', init!, place).join(' ')).toContain('--network none node')
  })

  it('runs another image at another port, if it is told so', () => {
    const { api } = readCompose(text, { SECRET: 's' }).services
    const words = podmanArguments('api', api!, { ...place, ports: { '80': 9 }, image: 'api:next' })
    expect(words.join(' ')).toContain('--publish 127.0.0.1:9:80 api:next')
    expect(() => podmanArguments('api', { ...api!, ports: ['8080:80'] }, place)).toThrow('loopback')
  })

  it('starts each service after those that it depends on', () => {
    expect(startOrder(readCompose(text, { SECRET: 's' }).services)).toEqual(['node', 'api', 'init'])
  })
})
