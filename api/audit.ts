export { type AuditEntry, type AuditLog, createAuditLog } from './audit/log.ts'
