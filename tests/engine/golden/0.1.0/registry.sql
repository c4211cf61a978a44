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
INSERT INTO "artifact_repositories" VALUES('3a8edba2545a6c89493afd60','llama','nim',1,'organization/shop/dev::pulumi-python:dynamic/lockyard:ArtifactRepository::llama',1,1,'llama
3a8edba2545a6c89493afd60','000000000000000000000001','local','2026-11-21T03:37:57.687628+00:00','2026-11-21T03:37:57.802547+00:00');
INSERT INTO "artifact_repositories" VALUES('3b77be2be7d2d86f7fca4906','draft','service',1,'organization/shop/dev::pulumi-python:dynamic/lockyard:ArtifactRepository::draft',0,1,'draft
3b77be2be7d2d86f7fca4906','000000000000000000000001','local','2026-11-21T03:37:57.695297+00:00','2026-11-21T03:37:57.695297+00:00');
INSERT INTO "artifact_repositories" VALUES('b4cb127825113719d481bd71','chat','service',1,'organization/shop/dev::pulumi-python:dynamic/lockyard:ArtifactRepository::chat',1,1,'chat
b4cb127825113719d481bd71','000000000000000000000001','local','2026-11-21T03:37:57.699191+00:00','2026-11-21T03:37:57.812430+00:00');
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
INSERT INTO "artifacts" VALUES('6b0112157dda3ead10508388','3b77be2be7d2d86f7fca4906','draft','','service','draft',NULL,'{"type":"service","containerGroups":[{"name":"default","containers":[{"name":"main","description":"","imageUri":"registry.example/chat:1","imageBuildConfig":null,"port":8080,"primary":true,"entrypoint":null,"environmentVars":[],"readinessProbe":null,"livenessProbe":null,"startupProbe":null,"securityContext":null,"build":null},{"name":"log-shipper","description":"","imageUri":"registry.example/shipper:2","imageBuildConfig":null,"port":null,"primary":false,"entrypoint":null,"environmentVars":[],"readinessProbe":null,"livenessProbe":null,"startupProbe":null,"securityContext":null,"build":null}]}]}','v1:2efe244c309f5e50391d40520eb9358d70f556e5a6ff9195e4732608d55d9411',1,'573ca5305bacc811ab26fd1e292a362737b159cecb12f209d5979826874e85d8',1,'draft

6b0112157dda3ead10508388','000000000000000000000001','local','2026-11-21T03:37:57.776806+00:00','2026-11-21T03:37:57.776806+00:00');
INSERT INTO "artifacts" VALUES('6b0112157dda3ead10508389','3a8edba2545a6c89493afd60','llama','','nim','locked',1,'{"type":"nim","containerGroups":[{"name":"default","containers":[{"name":"main","description":"","imageUri":"registry.example/llama:1","imageBuildConfig":null,"port":8080,"primary":true,"entrypoint":null,"environmentVars":[],"readinessProbe":null,"livenessProbe":null,"startupProbe":null,"securityContext":null,"build":null}]}],"storage":{"mode":"dedicatedPvc","pvcSize":"150Gi"},"templateId":null}','v1:c01b48232bd0ffabcb0b6c401b4c18cdf245a9cffd0099e99de1e3d7f740ca01',1,'057bd2fef849ec9006d6860c23e030d13b758eb7c255748fcfd1e548e1d14d5a',1,'llama

6b0112157dda3ead10508389','000000000000000000000001','local','2026-11-21T03:37:57.802547+00:00','2026-11-21T03:37:57.802547+00:00');
INSERT INTO "artifacts" VALUES('6b0112157dda3ead1050838a','b4cb127825113719d481bd71','chat','Answers questions.','service','locked',1,'{"type":"service","containerGroups":[{"name":"default","containers":[{"name":"main","description":"","imageUri":"registry.example/chat:1","imageBuildConfig":null,"port":8080,"primary":true,"entrypoint":null,"environmentVars":[{"source":"string","name":"DB_PASSWORD","value":"golden-secret-value"},{"source":"string","name":"LOG_LEVEL","value":"info"}],"readinessProbe":{"path":"/ready","port":8080,"scheme":"HTTP","host":null,"httpHeaders":{},"initialDelaySeconds":30,"periodSeconds":5,"timeoutSeconds":30,"failureThreshold":3,"successThreshold":1},"livenessProbe":null,"startupProbe":null,"securityContext":null,"build":null}]}]}','v1:23099ab061b3d95d6e403444fc8f5151ea2656c2b7de7394ce9f144047991f87',1,'95d32307bd534b447e170b00fdf36620c4ddfb1ae46688fad2983ee5cbe0aab8',1,'chat
answers questions.
6b0112157dda3ead1050838a','000000000000000000000001','local','2026-11-21T03:37:57.812430+00:00','2026-11-21T03:37:57.812430+00:00');
CREATE TABLE creation_keys (
	user_id TEXT NOT NULL, 
	kind VARCHAR(24) NOT NULL, 
	"key" VARCHAR(255) NOT NULL, 
	object_id VARCHAR(24) NOT NULL, 
	CONSTRAINT pk_creation_keys PRIMARY KEY (user_id, kind, "key")
);
INSERT INTO "creation_keys" VALUES('000000000000000000000001','artifacts','573ca5305bacc811ab26fd1e292a362737b159cecb12f209d5979826874e85d8','6b0112157dda3ead10508388');
INSERT INTO "creation_keys" VALUES('000000000000000000000001','artifacts','057bd2fef849ec9006d6860c23e030d13b758eb7c255748fcfd1e548e1d14d5a','6b0112157dda3ead10508389');
INSERT INTO "creation_keys" VALUES('000000000000000000000001','artifacts','95d32307bd534b447e170b00fdf36620c4ddfb1ae46688fad2983ee5cbe0aab8','6b0112157dda3ead1050838a');
INSERT INTO "creation_keys" VALUES('000000000000000000000001','workloads','97ba1ca5a0a6acaf05e2e7c09cad827330110e89589a148209eb696dae632a91','6b0112157dda3ead1050838c');
INSERT INTO "creation_keys" VALUES('000000000000000000000001','workloads','b0790eb53f92a0fd539565dcad4090a37c85a936f7dd34b53d1a9a5e1cbb885e','6b0112157dda3ead1050838d');
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
CREATE TABLE registry_facts (
	name VARCHAR(64) NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_registry_facts PRIMARY KEY (name)
);
INSERT INTO "registry_facts" VALUES('registryId','6b0112157dda3ead10508386');
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
INSERT INTO "shared_roles" VALUES('artifactRepositories','3a8edba2545a6c89493afd60','user','000000000000000000000001','local','OWNER','2026-11-21T03:37:57.687628+00:00');
INSERT INTO "shared_roles" VALUES('artifactRepositories','3b77be2be7d2d86f7fca4906','user','000000000000000000000001','local','OWNER','2026-11-21T03:37:57.695297+00:00');
INSERT INTO "shared_roles" VALUES('artifactRepositories','b4cb127825113719d481bd71','user','000000000000000000000001','local','OWNER','2026-11-21T03:37:57.699191+00:00');
INSERT INTO "shared_roles" VALUES('workloads','6b0112157dda3ead1050838c','user','000000000000000000000001','local','OWNER','2026-11-21T03:37:57.891673+00:00');
INSERT INTO "shared_roles" VALUES('workloads','6b0112157dda3ead1050838d','user','000000000000000000000001','local','OWNER','2026-11-21T03:37:57.910847+00:00');
CREATE TABLE tags (
	id VARCHAR(24) NOT NULL, 
	kind VARCHAR(24) NOT NULL, 
	object_id VARCHAR(24) NOT NULL, 
	position INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_tags PRIMARY KEY (id)
);
INSERT INTO "tags" VALUES('6b0112157dda3ead10508387','artifactRepositories','b4cb127825113719d481bd71',0,'team','search');
INSERT INTO "tags" VALUES('6b0112157dda3ead1050838b','artifacts','6b0112157dda3ead1050838a',0,'a','b');
INSERT INTO "tags" VALUES('6b0112157dda3ead1050838e','workloads','6b0112157dda3ead1050838d',0,'tier','1');
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
INSERT INTO "workloads" VALUES('6b0112157dda3ead1050838c','llama','','low','stopped',NULL,'6b0112157dda3ead10508389','v1:c01b48232bd0ffabcb0b6c401b4c18cdf245a9cffd0099e99de1e3d7f740ca01','{"containerGroups":[{"name":"default","replicaCount":null,"autoscaling":{"enabled":true,"minReplicaCount":1,"maxReplicaCount":3,"policies":[{"scalingMetric":"gpuCacheUtilization","target":80.0}],"cooldownPeriodMinutes":null},"resourceBundles":["gpu.l4.small"],"bundleSelectionPolicy":"availability","containers":[{"name":"main","resourceAllocation":{"cpu":2.5,"gpu":null,"memory":536870912,"gpuMemory":null}}],"resolvedBundle":{"id":"gpu.l4.small","cpuCount":4.0,"memoryBytes":17179869184,"gpuCount":1,"gpuMaker":"nvidia","gpuTypeLabel":"L4"}}]}','v1:b44ce7c49667c525585d871a4026c33b60e7edc10634b7dc3e3856852728126c',NULL,'2026-11-21T03:37:57.891673+00:00',NULL,NULL,NULL,1,'llama

6b0112157dda3ead1050838c','000000000000000000000001','local','2026-11-21T03:37:57.891673+00:00','2026-11-21T03:37:57.906183+00:00');
INSERT INTO "workloads" VALUES('6b0112157dda3ead1050838d','chat','In production.','high','submitted',NULL,'6b0112157dda3ead1050838a','v1:23099ab061b3d95d6e403444fc8f5151ea2656c2b7de7394ce9f144047991f87','{"containerGroups":[{"name":"default","replicaCount":2,"autoscaling":null,"resourceBundles":["cpu.small"],"bundleSelectionPolicy":"availability","containers":[],"resolvedBundle":{"id":"cpu.small","cpuCount":1.0,"memoryBytes":536870912,"gpuCount":0,"gpuMaker":null,"gpuTypeLabel":null}}]}','v1:9bc786f2679cd09f334d75d0dbc5810dee98330d15e039a3b1e383617bd45415',NULL,'2026-11-21T03:37:57.910847+00:00',NULL,NULL,NULL,1,'chat
in production.
6b0112157dda3ead1050838d','000000000000000000000001','local','2026-11-21T03:37:57.910847+00:00','2026-11-21T03:37:57.910847+00:00');
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
