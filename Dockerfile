# One image for every service; the command chooses which. `./sightline` needs no network at run time.
FROM node:24.19.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY schemas/package.json schemas/
COPY runtime/package.json runtime/
COPY geometry/package.json geometry/
COPY models/package.json models/
COPY recognition/package.json recognition/
COPY matching/package.json matching/
COPY broker/package.json broker/
COPY edge-agent/package.json edge-agent/
COPY matcher/package.json matcher/
COPY vendor-sim/package.json vendor-sim/
COPY api/package.json api/
COPY console/package.json console/
COPY replay/package.json replay/
COPY bench/package.json bench/
COPY cli/package.json cli/
COPY test/package.json test/
RUN npm ci --no-audit --no-fund
COPY . .
RUN npx tsc -b tsconfig.build.json && node cli/console-build.mjs && npm prune --omit=dev

FROM node:24.19.0-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production
COPY --from=build --chown=root:root /app /app
# Volumes that are new take over the owner: /data of each service, /spool of the edge agent, /nodes of the broker's nodes (docker-compose.yml).
RUN mkdir -p /data /spool /nodes/1 /nodes/2 /nodes/3 && chown -R node:node /data /spool /nodes
USER node
ENTRYPOINT ["node", "/app/cli/dist/main.js"]
CMD ["--help"]
