# One image for every service; the command chooses which. `./sightline` needs no network at run time.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY console/package.json console/
RUN npm ci --no-audit --no-fund
COPY . .
RUN npx tsc -p tsconfig.build.json && node cli/console-build.mjs && npm prune --omit=dev

FROM node:24-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production
COPY --from=build --chown=root:root /app /app
RUN mkdir /data && chown node:node /data
USER node
ENTRYPOINT ["node", "/app/dist/cli/main.js"]
CMD ["--help"]
