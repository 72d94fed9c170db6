CREATE TABLE "account" ("name" text primary key, "personName" text not null, "role" text not null, "orgId" text not null references "org" ("id"), "passwordHash" text not null, "state" text not null check (state in ('active', 'disabled')), "mustChangePassword" integer not null, "failedCount" integer not null, "lockedUntil" text, "lastSignInAt" text, "passwordChangedAt" text not null, "createdAt" text not null, "disabledReason" text) strict;
CREATE TABLE "application" ("id" text primary key, "kind" text not null, "subject" text not null, "orgId" text not null, "groupKey" text not null, "state" text not null, "revision" integer not null, "chain" text not null, "position" integer not null, "turnOrgId" text, "turnRole" text, "turnAct" text, "turnSince" text not null, "blocked" text, "createdBy" text not null, "createdAt" text not null) strict;
CREATE TABLE "application_step" ("applicationId" text not null references "application" ("id"), "ordinal" integer not null, "act" text not null, "orgId" text not null, "orgName" text not null, "account" text not null, "personName" text not null, "opinion" text not null, "at" text not null, constraint "application_step_key" primary key ("applicationId", "ordinal")) strict, without rowid;
CREATE TABLE "audit_entry" ("position" integer primary key, "at" text not null, "account" text not null, "orgId" text not null, "orgPath" text not null, "action" text not null, "title" text not null, "subject" text not null, "summary" text not null, "requestId" text not null, "ip" text not null, "previousHash" text not null, "hash" text not null) strict;
CREATE TABLE enrolment ( node text primary key, name text not null, key text not null, fingerprint text not null, at text not null ) strict;
<<<<<<< HEAD
CREATE TABLE link_alarm ( id integer primary key, peer text not null, what text not null, detail text not null, evidence blob, at text not null , handledAt text, handledBy text, remark text) strict;
=======
CREATE TABLE "forgotten_registration" ("studentId" text primary key, "application" text unique, "fingerprint" blob, "studentNumber" text, "version" integer not null, "releasedNo" integer) strict, without rowid;
CREATE TABLE link_alarm ( id integer primary key, peer text not null, what text not null, detail text not null, evidence blob, at text not null ) strict;
>>>>>>> ce18139 (Restore: a province reads what its own words tell of records it has forgotten)
CREATE TABLE link_peer ( peer text primary key, lastHeardAt text not null, logPosition integer not null, logHead text not null ) strict;
CREATE TABLE link_state ( id integer primary key check (id = 1), incarnation integer not null, incarnationDue integer not null ) strict;
CREATE TABLE message_exception ( direction text not null, peer text not null, incarnation integer not null, sequence integer not null, outcome text not null check (outcome in ('refused', 'parked', 'dead', 'reissued')), problem text, at text not null, primary key (direction, peer, incarnation, sequence) ) strict, without rowid;
CREATE TABLE message_log ( position integer primary key, direction text not null check (direction in ('sent', 'received')), peer text not null, incarnation integer not null, sequence integer not null, messageId text not null, kind text not null, schema integer not null, items integer not null, envelope blob not null, bodyHash blob not null, chainHash blob not null, at text not null ) strict;
CREATE TABLE migration (position integer primary key, name text not null) strict;
CREATE TABLE node_directory (version integer primary key, envelope blob not null, at text not null) strict;
CREATE TABLE "org" ("id" text primary key, "parentId" text references "org" ("id"), "level" text not null, "name" text not null, "path" text not null, "regionCode" text not null, "schoolCategory" text, "stages" text not null) strict;
CREATE TABLE outbox_waiting ( position integer primary key, peer text not null, messageId text not null, kind text not null, schema integer not null, sealed text not null, at text not null ) strict;
CREATE TABLE "problem_record" ("id" text primary key, "studentId" text not null references "student" ("id"), "schoolId" text not null, "kind" text not null, "origin" text not null, "state" text not null, "openedAt" text not null) strict;
CREATE TABLE "registration" ("id" text primary key references "application" ("id"), "importId" text, "kind" text not null, "category" text not null, "schoolId" text not null references "org" ("id"), "studentId" text not null unique, "name" text not null, "sex" text not null, "birthDate" text not null, "idType" text not null, "idNumberMasked" text not null, "openFingerprint" blob, "idFingerprint" blob, "stage" text not null, "cohort" integer not null, "classNo" text not null, "checkState" text not null, "checkedAt" text, "claimNo" integer, "holder" text, "verification" text, "studentNumber" text, "createdAt" text not null, "state" text default 'in-review' not null) strict;
CREATE TABLE "registration_form" ("registrationId" text primary key, "form" blob not null) strict;
CREATE TABLE "registration_import" ("id" text primary key, "schoolId" text not null references "org" ("id"), "category" text not null, "fileName" text not null, "uploadedBy" text not null, "uploadedAt" text not null, "state" text not null, "problem" text, "rows" integer not null, "failed" integer not null, "errors" integer not null, "warnings" integer not null, "taskId" text) strict;
CREATE TABLE "registration_import_row" ("importId" text not null references "registration_import" ("id"), "row" integer not null, "registrationId" text not null, "errors" integer not null, "warnings" integer not null, "findings" blob, constraint "registration_import_row_key" primary key ("importId", "row")) strict, without rowid;
CREATE TABLE "session" ("id" text primary key, "account" text not null references "account" ("name"), "createdAt" text not null, "lastSeenAt" text not null, "endsAt" text not null, "csrfToken" text not null, "ip" text not null, "userAgent" text not null) strict;
CREATE TABLE stream ( direction text not null, peer text not null, incarnation integer not null, lastSequence integer not null, lastHash blob not null, receiptedSequence integer not null default 0, receipt blob, attempts integer not null default 0, quarantined text, primary key (direction, peer, incarnation) ) strict, without rowid;
CREATE TABLE "student" ("id" text primary key, "studentNumber" text not null, "name" text not null, "sex" text not null, "birthDate" text not null, "idType" text not null, "idCategory" text not null, "idNumberMasked" text not null, "idFingerprint" blob, "schoolId" text not null references "org" ("id"), "stage" text not null, "cohort" integer not null, "classNo" text not null, "status" text not null, "problem" integer not null, "claimNo" integer, "version" integer not null, "createdAt" text not null, "changedAt" text not null) strict;
CREATE TABLE "student_form" ("studentId" text primary key references "student" ("id"), "form" blob not null) strict;
CREATE TABLE "task" ("id" text primary key, "kind" text not null, "title" text not null, "state" text not null, "total" integer, "done" integer not null, "failed" integer not null, "failures" text not null, "resultJson" text, "message" text, "account" text not null, "orgId" text not null, "startedAt" text not null, "endedAt" text) strict;
CREATE TABLE "temporary_serial" ("regionCode" text not null, "birthDate" text not null, "sex" text not null, "lastSerial" integer not null, constraint "temporary_serial_key" primary key ("regionCode", "birthDate", "sex")) strict, without rowid;
CREATE INDEX "account_org" on "account" ("orgId", "name");
CREATE INDEX "application_subject" on "application" ("subject", "state");
CREATE INDEX application_turn on application (turnOrgId, turnRole, kind, turnAct, orgId, groupKey, blocked, turnSince, id) where turnOrgId is not null;
CREATE INDEX "audit_entry_org" on "audit_entry" ("orgPath", "position");
CREATE INDEX "audit_entry_subject" on "audit_entry" ("subject", "position");
<<<<<<< HEAD
CREATE INDEX message_exception_laid_aside on message_exception (outcome, direction, peer) where outcome in ('parked', 'dead');
=======
CREATE INDEX "forgotten_registration_fingerprint" on "forgotten_registration" ("fingerprint");
>>>>>>> ce18139 (Restore: a province reads what its own words tell of records it has forgotten)
CREATE INDEX message_log_id on message_log (messageId);
CREATE UNIQUE INDEX message_log_place on message_log (direction, peer, incarnation, sequence);
CREATE INDEX "org_parent" on "org" ("parentId", "id");
CREATE UNIQUE INDEX "org_path" on "org" ("path", "id");
CREATE INDEX "problem_record_school" on "problem_record" ("schoolId", "state");
CREATE INDEX "problem_record_student" on "problem_record" ("studentId");
CREATE INDEX registration_check on registration (checkState, createdAt, id, schoolId, state, kind, category) where checkState <> 'passed';
CREATE INDEX registration_failed on registration (checkedAt) where checkState = 'dedup-failed' and openFingerprint is not null;
CREATE INDEX "registration_fingerprint" on "registration" ("idFingerprint");
CREATE INDEX "registration_import_of" on "registration" ("importId", "createdAt");
CREATE INDEX "registration_import_school" on "registration_import" ("schoolId", "uploadedAt");
CREATE INDEX registration_name on registration (name, id, createdAt, schoolId, state, checkState, kind, category);
CREATE UNIQUE INDEX registration_open on registration (openFingerprint) where openFingerprint is not null;
CREATE INDEX "registration_school" on "registration" ("schoolId", "createdAt");
CREATE INDEX registration_state on registration (state, createdAt, id, schoolId, checkState, kind, category) where state <> 'approved';
CREATE INDEX registration_time on registration (createdAt, id, schoolId, state, checkState, kind, category);
CREATE INDEX "session_account" on "session" ("account");
CREATE INDEX "student_class" on "student" ("schoolId", "stage", "cohort", "classNo");
CREATE INDEX "student_fingerprint" on "student" ("idFingerprint");
CREATE UNIQUE INDEX "student_number" on "student" ("studentNumber");
CREATE INDEX "task_account" on "task" ("account", "startedAt", "id");
CREATE INDEX task_running on task (state) where state = 'running';
CREATE TRIGGER application_step_maker_is_not_checker before insert on application_step when new.act in ('approve', 'return') and new.account = (select createdBy from application where id = new.applicationId) begin select raise(abort, 'maker is checker'); end;
CREATE TRIGGER "audit_entry_no_delete" before delete on audit_entry begin select raise(abort, 'the audit log is append-only'); end;
CREATE TRIGGER "audit_entry_no_update" before update on audit_entry begin select raise(abort, 'the audit log is append-only'); end;
CREATE VIEW logged_message as select l.position, l.direction, l.peer, l.kind, l.messageId, l.incarnation, l.sequence, l.items, length(l.envelope) as bytes, l.at, lower(hex(l.chainHash)) as chainHash, e.problem, coalesce(e.outcome, case when l.direction = 'sent' and l.sequence > s.receiptedSequence then 'pending' else 'applied' end) as outcome from message_log l join stream s on s.direction = l.direction and s.peer = l.peer and s.incarnation = l.incarnation left join message_exception e on e.direction = l.direction and e.peer = l.peer and e.incarnation = l.incarnation and e.sequence = l.sequence;
