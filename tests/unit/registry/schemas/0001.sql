-- A registry with data as schema revision 0001 left it (lockyard 0.1.0 before the audit log).
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE artifact_repositories (
	id VARCHAR(24) NOT NULL, 
	name TEXT NOT NULL, 
	type VARCHAR(16) NOT NULL, 
	explicit BOOLEAN NOT NULL, 
	origin TEXT, 
	last_version_number INTEGER NOT NULL, 
	claim INTEGER NOT NULL, 
	search_text TEXT NOT NULL, 
	creator_id TEXT NOT NULL, 
	creator_username TEXT NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_artifact_repositories PRIMARY KEY (id)
);
INSERT INTO "artifact_repositories" VALUES('abababababababababababab','Ünïcode team','service',1,'stack-a',3,1,'ünïcode team
abababababababababababab','00000000000000000000000a','ada','2026-09-30T15:26:54.349000+00:00','2026-09-30T15:26:54.349000+00:00');
INSERT INTO "artifact_repositories" VALUES('6abd2a3e7a5cd2cb2c06157c','loose','nim',0,NULL,0,0,'loose
6abd2a3e7a5cd2cb2c06157c','00000000000000000000000a','ada','2026-09-30T15:26:54.349000+00:00','2026-09-30T15:26:54.349000+00:00');
CREATE TABLE artifacts (
	id VARCHAR(24) NOT NULL, 
	repository_id VARCHAR(24) NOT NULL, 
	name TEXT NOT NULL, 
	description TEXT NOT NULL, 
	type VARCHAR(16) NOT NULL, 
	status VARCHAR(16) NOT NULL, 
	version INTEGER, 
	spec TEXT NOT NULL, 
	content_digest VARCHAR(80) NOT NULL, 
	revision INTEGER NOT NULL, 
	edit_key VARCHAR(255), 
	claim INTEGER NOT NULL, 
	search_text TEXT NOT NULL, 
	creator_id TEXT NOT NULL, 
	creator_username TEXT NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_artifacts PRIMARY KEY (id), 
	CONSTRAINT fk_artifacts_repository_id_artifact_repositories FOREIGN KEY(repository_id) REFERENCES artifact_repositories (id), 
	CONSTRAINT uq_artifacts_repository_id_version UNIQUE (repository_id, version)
);
INSERT INTO "artifacts" VALUES('6abd2a3e7a5cd2cb2c061578','abababababababababababab','chat','v1','service','locked',1,'{"type":"service","containerGroups":[{"name":"default","containers":[{"name":"main","description":"","imageUri":"registry.example/chat:1","imageBuildConfig":null,"port":8080,"primary":true,"entrypoint":null,"environmentVars":[{"source":"string","name":"GREETING","value":"gr\u00fc\u00df dich \u0001 \ud83d\ude00"}],"readinessProbe":null,"livenessProbe":null,"startupProbe":null,"securityContext":null,"build":null}]}]}','v1:421d1ea936694e0cac18faffb97e449ce134cc0b3154b2fc2f504f1ba781826a',1,'k1',1,'chat
v1
6abd2a3e7a5cd2cb2c061578','00000000000000000000000a','ada','2026-09-30T15:26:54.349000+00:00','2026-09-30T15:26:54.349000+00:00');
INSERT INTO "artifacts" VALUES('6abd2a3e7a5cd2cb2c061579','abababababababababababab','chat','v2','service','locked',2,'{"type":"service","containerGroups":[{"name":"default","containers":[{"name":"main","description":"","imageUri":"registry.example/chat:1","imageBuildConfig":null,"port":8080,"primary":true,"entrypoint":null,"environmentVars":[{"source":"string","name":"GREETING","value":"gr\u00fc\u00df dich \u0001 \ud83d\ude00"}],"readinessProbe":null,"livenessProbe":null,"startupProbe":null,"securityContext":null,"build":null}]}]}','v1:beffd6fc5d017fe2190c0cfe5b8713bf4ec21f021fe11aea0121d62c72ce22da',1,'k2',1,'chat
v2
6abd2a3e7a5cd2cb2c061579','00000000000000000000000a','ada','2026-09-30T15:26:54.349000+00:00','2026-09-30T15:26:54.349000+00:00');
INSERT INTO "artifacts" VALUES('6abd2a3e7a5cd2cb2c06157a','abababababababababababab','chat','v3','service','locked',3,'{"type":"service","containerGroups":[{"name":"default","containers":[{"name":"main","description":"","imageUri":"registry.example/chat:1","imageBuildConfig":null,"port":8080,"primary":true,"entrypoint":null,"environmentVars":[{"source":"string","name":"GREETING","value":"gr\u00fc\u00df dich \u0001 \ud83d\ude00"}],"readinessProbe":null,"livenessProbe":null,"startupProbe":null,"securityContext":null,"build":null}]}]}','v1:39c6d2d91f31802611e2d8ef7a299d9ca9ee4ee251b0d836072b888f01dd4e34',1,'k3',1,'chat
v3
6abd2a3e7a5cd2cb2c06157a','00000000000000000000000a','ada','2026-09-30T15:26:54.349000+00:00','2026-09-30T15:26:54.349000+00:00');
INSERT INTO "artifacts" VALUES('6abd2a3e7a5cd2cb2c06157b','abababababababababababab','draft','','service','draft',NULL,'{"type":"service","containerGroups":[{"name":"default","containers":[{"name":"main","description":"","imageUri":"registry.example/chat:1","imageBuildConfig":null,"port":8080,"primary":true,"entrypoint":null,"environmentVars":[],"readinessProbe":null,"livenessProbe":null,"startupProbe":null,"securityContext":null,"build":null}]}]}','v1:ee70c63f263bd5052b7b38ffce5bf826b5cf4be2cbcc50c1c177e9b90d207fdf',1,NULL,0,'draft

6abd2a3e7a5cd2cb2c06157b','00000000000000000000000a','ada','2026-09-30T15:26:54.349000+00:00','2026-09-30T15:26:54.349000+00:00');
INSERT INTO "artifacts" VALUES('6abd2a3e7a5cd2cb2c06157d','6abd2a3e7a5cd2cb2c06157c','loose','','nim','draft',NULL,'{"type":"nim","containerGroups":[{"name":"default","containers":[{"name":"main","description":"","imageUri":"registry.example/chat:1","imageBuildConfig":null,"port":8080,"primary":true,"entrypoint":null,"environmentVars":[],"readinessProbe":null,"livenessProbe":null,"startupProbe":null,"securityContext":null,"build":null}]}],"storage":null,"templateId":null}','v1:bc5e6832b1b11f7da312788c0de4e205168d49957de026def1a5937c9323cbf0',1,NULL,0,'loose

6abd2a3e7a5cd2cb2c06157d','00000000000000000000000a','ada','2026-09-30T15:26:54.349000+00:00','2026-09-30T15:26:54.349000+00:00');
CREATE TABLE creation_keys (
	user_id TEXT NOT NULL, 
	kind VARCHAR(24) NOT NULL, 
	"key" VARCHAR(255) NOT NULL, 
	object_id VARCHAR(24) NOT NULL, 
	CONSTRAINT pk_creation_keys PRIMARY KEY (user_id, kind, "key")
);
INSERT INTO "creation_keys" VALUES('00000000000000000000000a','artifacts','k1','6abd2a3e7a5cd2cb2c061578');
INSERT INTO "creation_keys" VALUES('00000000000000000000000a','artifacts','k2','6abd2a3e7a5cd2cb2c061579');
INSERT INTO "creation_keys" VALUES('00000000000000000000000a','artifacts','k3','6abd2a3e7a5cd2cb2c06157a');
CREATE TABLE protons (
	id VARCHAR(24) NOT NULL, 
	workload_id VARCHAR(24) NOT NULL, 
	name TEXT NOT NULL, 
	artifact_id VARCHAR(24) NOT NULL, 
	artifact_digest VARCHAR(80) NOT NULL, 
	runtime TEXT NOT NULL, 
	runtime_digest VARCHAR(80) NOT NULL, 
	deployed_images TEXT NOT NULL, 
	role VARCHAR(16), 
	status VARCHAR(16) NOT NULL, 
	message TEXT, 
	internal_url TEXT, 
	replicas TEXT NOT NULL, 
	running_since VARCHAR(32), 
	due_at VARCHAR(32), 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_protons PRIMARY KEY (id), 
	CONSTRAINT fk_protons_workload_id_workloads FOREIGN KEY(workload_id) REFERENCES workloads (id)
);
INSERT INTO "protons" VALUES('6abd2a437a5cd2cb2c061581','6abd2a3e7a5cd2cb2c061580','chat','6abd2a3e7a5cd2cb2c061578','v1:421d1ea936694e0cac18faffb97e449ce134cc0b3154b2fc2f504f1ba781826a','{"containerGroups":[{"name":"default","replicaCount":2,"autoscaling":null,"resourceBundles":[],"bundleSelectionPolicy":"availability","containers":[],"resolvedBundle":null}]}','v1:7666530311ca15a196a7c5e86b1b907ee5a8f93eba5fc20b84f1818614c8c1f0','{"main":"registry.example/chat:1"}',NULL,'stopped',NULL,NULL,'[]',NULL,NULL,'2026-09-30T15:26:59.349000+00:00','2026-09-30T15:27:09.349000+00:00');
INSERT INTO "protons" VALUES('6abd2a487a5cd2cb2c061582','6abd2a3e7a5cd2cb2c061580','chat','6abd2a3e7a5cd2cb2c061579','v1:beffd6fc5d017fe2190c0cfe5b8713bf4ec21f021fe11aea0121d62c72ce22da','{"containerGroups":[{"name":"default","replicaCount":2,"autoscaling":null,"resourceBundles":[],"bundleSelectionPolicy":"availability","containers":[],"resolvedBundle":null}]}','v1:7666530311ca15a196a7c5e86b1b907ee5a8f93eba5fc20b84f1818614c8c1f0','{"main":"registry.example/chat:1"}','active','running',NULL,NULL,'[]','2026-09-30T15:27:09.349000+00:00',NULL,'2026-09-30T15:27:04.349000+00:00','2026-09-30T15:27:09.349000+00:00');
INSERT INTO "protons" VALUES('6abd2a617a5cd2cb2c061584','6abd2a3e7a5cd2cb2c061580','chat','6abd2a3e7a5cd2cb2c06157a','v1:39c6d2d91f31802611e2d8ef7a299d9ca9ee4ee251b0d836072b888f01dd4e34','{"containerGroups":[{"name":"default","replicaCount":2,"autoscaling":null,"resourceBundles":[],"bundleSelectionPolicy":"availability","containers":[],"resolvedBundle":null}]}','v1:7666530311ca15a196a7c5e86b1b907ee5a8f93eba5fc20b84f1818614c8c1f0','{"main":"registry.example/chat:1"}','candidate','submitted',NULL,NULL,'[]',NULL,NULL,'2026-09-30T15:27:29.349000+00:00','2026-09-30T15:27:29.349000+00:00');
CREATE TABLE registry_facts (
	name VARCHAR(64) NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_registry_facts PRIMARY KEY (name)
);
INSERT INTO "registry_facts" VALUES('registryId','6b013f167a5cd2cb2c061577');
CREATE TABLE replacements (
	id VARCHAR(24) NOT NULL, 
	workload_id VARCHAR(24) NOT NULL, 
	name TEXT NOT NULL, 
	strategy VARCHAR(16) NOT NULL, 
	status VARCHAR(24) NOT NULL, 
	active BOOLEAN NOT NULL, 
	message TEXT, 
	artifact_id VARCHAR(24) NOT NULL, 
	artifact_digest VARCHAR(80) NOT NULL, 
	runtime TEXT NOT NULL, 
	runtime_digest VARCHAR(80) NOT NULL, 
	config TEXT NOT NULL, 
	candidate_proton_ids TEXT NOT NULL, 
	previous_proton_ids TEXT NOT NULL, 
	due_at VARCHAR(32), 
	switched_at VARCHAR(32), 
	visible_until VARCHAR(32), 
	deleted_at VARCHAR(32), 
	user_id TEXT NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_replacements PRIMARY KEY (id), 
	CONSTRAINT fk_replacements_workload_id_workloads FOREIGN KEY(workload_id) REFERENCES workloads (id)
);
INSERT INTO "replacements" VALUES('6abd2a487a5cd2cb2c061583','6abd2a3e7a5cd2cb2c061580','Replacement for workload chat - rolling strategy artifact chat','rolling','completed',0,NULL,'6abd2a3e7a5cd2cb2c061579','v1:beffd6fc5d017fe2190c0cfe5b8713bf4ec21f021fe11aea0121d62c72ce22da','{"containerGroups":[{"name":"default","replicaCount":2,"autoscaling":null,"resourceBundles":[],"bundleSelectionPolicy":"availability","containers":[],"resolvedBundle":null}]}','v1:7666530311ca15a196a7c5e86b1b907ee5a8f93eba5fc20b84f1818614c8c1f0','{"warmupDurationMinutes":0,"keepOldVersionMinutes":0}','["6abd2a487a5cd2cb2c061582"]','["6abd2a437a5cd2cb2c061581"]',NULL,'2026-09-30T15:27:09.349000+00:00','2026-09-30T15:27:19.349000+00:00',NULL,'00000000000000000000000a','2026-09-30T15:27:04.349000+00:00','2026-09-30T15:27:09.349000+00:00');
INSERT INTO "replacements" VALUES('6abd2a617a5cd2cb2c061585','6abd2a3e7a5cd2cb2c061580','Replacement for workload chat - rolling strategy artifact chat','rolling','submitted',1,NULL,'6abd2a3e7a5cd2cb2c06157a','v1:39c6d2d91f31802611e2d8ef7a299d9ca9ee4ee251b0d836072b888f01dd4e34','{"containerGroups":[{"name":"default","replicaCount":2,"autoscaling":null,"resourceBundles":[],"bundleSelectionPolicy":"availability","containers":[],"resolvedBundle":null}]}','v1:7666530311ca15a196a7c5e86b1b907ee5a8f93eba5fc20b84f1818614c8c1f0','{"warmupDurationMinutes":0,"keepOldVersionMinutes":0}','["6abd2a617a5cd2cb2c061584"]','["6abd2a487a5cd2cb2c061582"]',NULL,NULL,NULL,NULL,'00000000000000000000000a','2026-09-30T15:27:29.349000+00:00','2026-09-30T15:27:29.349000+00:00');
CREATE TABLE shared_roles (
	kind VARCHAR(24) NOT NULL, 
	object_id VARCHAR(24) NOT NULL, 
	recipient_type VARCHAR(16) NOT NULL, 
	recipient_id VARCHAR(255) NOT NULL, 
	recipient_name TEXT NOT NULL, 
	role VARCHAR(32) NOT NULL, 
	granted_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_shared_roles PRIMARY KEY (object_id, recipient_type, recipient_id)
);
INSERT INTO "shared_roles" VALUES('artifactRepositories','abababababababababababab','user','00000000000000000000000a','ada','OWNER','2026-09-30T15:26:54.349000+00:00');
INSERT INTO "shared_roles" VALUES('artifactRepositories','6abd2a3e7a5cd2cb2c06157c','user','00000000000000000000000a','ada','OWNER','2026-09-30T15:26:54.349000+00:00');
INSERT INTO "shared_roles" VALUES('artifactRepositories','abababababababababababab','user','3cf105295f918eb8f4dd96d1','bob','EDITOR','2026-09-30T15:26:54.349000+00:00');
INSERT INTO "shared_roles" VALUES('workloads','6abd2a3e7a5cd2cb2c061580','user','00000000000000000000000a','ada','OWNER','2026-09-30T15:26:54.349000+00:00');
INSERT INTO "shared_roles" VALUES('workloads','6abd2a617a5cd2cb2c061586','user','00000000000000000000000a','ada','OWNER','2026-09-30T15:27:29.349000+00:00');
CREATE TABLE tags (
	id VARCHAR(24) NOT NULL, 
	kind VARCHAR(24) NOT NULL, 
	object_id VARCHAR(24) NOT NULL, 
	position INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_tags PRIMARY KEY (id)
);
INSERT INTO "tags" VALUES('6abd2a3e7a5cd2cb2c06157e','artifacts','6abd2a3e7a5cd2cb2c061578',0,'a','1');
INSERT INTO "tags" VALUES('6abd2a3e7a5cd2cb2c06157f','artifacts','6abd2a3e7a5cd2cb2c061578',1,'b','é');
CREATE TABLE workload_events (
	sequence INTEGER NOT NULL, 
	id VARCHAR(24) NOT NULL, 
	workload_id VARCHAR(24) NOT NULL, 
	timestamp VARCHAR(32) NOT NULL, 
	event_type VARCHAR(64) NOT NULL, 
	actor_id TEXT, 
	details TEXT NOT NULL, 
	CONSTRAINT pk_workload_events PRIMARY KEY (sequence), 
	CONSTRAINT fk_workload_events_workload_id_workloads FOREIGN KEY(workload_id) REFERENCES workloads (id)
);
INSERT INTO "workload_events" VALUES(1,'6abd2a487a5cd2cb2c061583','6abd2a3e7a5cd2cb2c061580','2026-09-30T15:27:09.349000+00:00','Replacement Completed','00000000000000000000000a','{"replacementId":"6abd2a487a5cd2cb2c061583","artifactId":"6abd2a3e7a5cd2cb2c061579","message":"The candidate is ready and serves","protonStatuses":null,"candidateProtonIds":["6abd2a487a5cd2cb2c061582"]}');
CREATE TABLE workloads (
	id VARCHAR(24) NOT NULL, 
	name TEXT NOT NULL, 
	description TEXT, 
	importance VARCHAR(16) NOT NULL, 
	status VARCHAR(16) NOT NULL, 
	status_message TEXT, 
	artifact_id VARCHAR(24) NOT NULL, 
	artifact_digest VARCHAR(80) NOT NULL, 
	runtime TEXT NOT NULL, 
	runtime_digest VARCHAR(80) NOT NULL, 
	proton_id VARCHAR(24), 
	started_at VARCHAR(32) NOT NULL, 
	last_report_at VARCHAR(32), 
	last_observed_at VARCHAR(32), 
	due_at VARCHAR(32), 
	claim INTEGER NOT NULL, 
	search_text TEXT NOT NULL, 
	creator_id TEXT NOT NULL, 
	creator_username TEXT NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_workloads PRIMARY KEY (id), 
	CONSTRAINT fk_workloads_artifact_id_artifacts FOREIGN KEY(artifact_id) REFERENCES artifacts (id)
);
INSERT INTO "workloads" VALUES('6abd2a3e7a5cd2cb2c061580','chat','','high','running',NULL,'6abd2a3e7a5cd2cb2c061579','v1:beffd6fc5d017fe2190c0cfe5b8713bf4ec21f021fe11aea0121d62c72ce22da','{"containerGroups":[{"name":"default","replicaCount":2,"autoscaling":null,"resourceBundles":[],"bundleSelectionPolicy":"availability","containers":[],"resolvedBundle":null}]}','v1:7666530311ca15a196a7c5e86b1b907ee5a8f93eba5fc20b84f1818614c8c1f0','6abd2a487a5cd2cb2c061582','2026-09-30T15:26:54.349000+00:00','2026-09-30T15:27:09.349000+00:00','2026-09-30T15:27:09.349000+00:00',NULL,0,'chat

6abd2a3e7a5cd2cb2c061580','00000000000000000000000a','ada','2026-09-30T15:26:54.349000+00:00','2026-09-30T15:27:29.349000+00:00');
INSERT INTO "workloads" VALUES('6abd2a617a5cd2cb2c061586','chat','','low','stopped',NULL,'6abd2a3e7a5cd2cb2c06157b','v1:ee70c63f263bd5052b7b38ffce5bf826b5cf4be2cbcc50c1c177e9b90d207fdf','{"containerGroups":[{"name":"default","replicaCount":1,"autoscaling":null,"resourceBundles":[],"bundleSelectionPolicy":"availability","containers":[],"resolvedBundle":null}]}','v1:135f613f40f28fd6a3f5a0534a33993552cbde19acdfc12cd74655ed47810cbd',NULL,'2026-09-30T15:27:29.349000+00:00',NULL,NULL,NULL,0,'chat

6abd2a617a5cd2cb2c061586','00000000000000000000000a','ada','2026-09-30T15:27:29.349000+00:00','2026-09-30T15:27:29.349000+00:00');
CREATE INDEX ix_artifact_repositories_created_at_id ON artifact_repositories (created_at, id);
CREATE INDEX ix_creation_keys_object_id ON creation_keys (object_id);
CREATE INDEX ix_tags_object_id ON tags (object_id);
CREATE INDEX ix_artifacts_created_at_id ON artifacts (created_at, id);
CREATE INDEX ix_artifacts_repository_id_content_digest ON artifacts (repository_id, content_digest);
CREATE INDEX ix_artifacts_status_created_at ON artifacts (status, created_at);
CREATE INDEX ix_workloads_artifact_id ON workloads (artifact_id);
CREATE INDEX ix_workloads_created_at_id ON workloads (created_at, id);
CREATE INDEX ix_workloads_due_at ON workloads (due_at);
CREATE INDEX ix_workloads_status ON workloads (status);
CREATE INDEX ix_protons_workload_id_id ON protons (workload_id, id);
CREATE INDEX ix_replacements_artifact_id ON replacements (artifact_id);
CREATE INDEX ix_replacements_workload_id_created_at ON replacements (workload_id, created_at);
CREATE INDEX ix_workload_events_workload_id_id ON workload_events (workload_id, id);
COMMIT;
