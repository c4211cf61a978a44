-- A registry with data as schema revision 0007 left it: that of 0006, upgraded.
BEGIN TRANSACTION;
CREATE TABLE access_tokens (
	id VARCHAR(24) NOT NULL, 
	user_id VARCHAR(24) NOT NULL, 
	name TEXT NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	scope VARCHAR(8) NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	expires_at VARCHAR(32), 
	revoked_at VARCHAR(32), 
	CONSTRAINT pk_access_tokens PRIMARY KEY (id), 
	CONSTRAINT fk_access_tokens_user_id_users FOREIGN KEY(user_id) REFERENCES users (id), 
	CONSTRAINT uq_access_tokens_hash UNIQUE (hash)
);
INSERT INTO "access_tokens" VALUES('6b0192faea84391ea24b28f1','000000000000000000000001','first token','33414b5acb3cfd4dca74bb5c57560ab06c3142e12ca67a4edc1893fb09c6a90f','write','2026-11-21T12:47:54.247914+00:00','2026-11-28T12:47:54.247914+00:00',NULL);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0007');
CREATE TABLE artifact_counts (
	holder VARCHAR(24) NOT NULL, 
	type VARCHAR(16) NOT NULL, 
	status VARCHAR(16) NOT NULL, 
	slot INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	CONSTRAINT pk_artifact_counts PRIMARY KEY (holder, type, status, slot)
);
INSERT INTO "artifact_counts" VALUES('*','nim','draft',0,1);
INSERT INTO "artifact_counts" VALUES('*','service','draft',0,1);
INSERT INTO "artifact_counts" VALUES('*','service','locked',0,3);
INSERT INTO "artifact_counts" VALUES('6abd2a3e7a5cd2cb2c06157c','nim','draft',0,1);
INSERT INTO "artifact_counts" VALUES('abababababababababababab','service','draft',0,1);
INSERT INTO "artifact_counts" VALUES('abababababababababababab','service','locked',0,3);
INSERT INTO "artifact_counts" VALUES('099834703f1820bc3b40648a','service','draft',0,1);
INSERT INTO "artifact_counts" VALUES('099834703f1820bc3b40648a','service','locked',0,3);
INSERT INTO "artifact_counts" VALUES('dccb45e0c1a4264a11db3226','nim','draft',0,1);
INSERT INTO "artifact_counts" VALUES('8d33bc5a3e625a6f1748d464','service','draft',0,1);
INSERT INTO "artifact_counts" VALUES('8d33bc5a3e625a6f1748d464','service','locked',0,3);
INSERT INTO "artifact_counts" VALUES('e80a31a1d75d55518885d332','nim','draft',0,1);
INSERT INTO "artifact_counts" VALUES('e80a31a1d75d55518885d332','service','draft',0,1);
INSERT INTO "artifact_counts" VALUES('e80a31a1d75d55518885d332','service','locked',0,3);
INSERT INTO "artifact_counts" VALUES('de8c6d78803ce2fff06bc198','service','draft',0,1);
INSERT INTO "artifact_counts" VALUES('de8c6d78803ce2fff06bc198','service','locked',0,3);
INSERT INTO "artifact_counts" VALUES('8ef6fe899de48b752f3aaf3d','service','draft',0,1);
INSERT INTO "artifact_counts" VALUES('8ef6fe899de48b752f3aaf3d','service','locked',0,3);
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
	updated_at VARCHAR(32) NOT NULL, visible_to VARCHAR(24) DEFAULT '' NOT NULL, 
	CONSTRAINT pk_artifact_repositories PRIMARY KEY (id)
);
INSERT INTO "artifact_repositories" VALUES('abababababababababababab','Ünïcode team','service',1,'stack-a',3,1,'ünïcode team
abababababababababababab','00000000000000000000000a','ada','2026-09-30T15:26:54.349000+00:00','2026-09-30T15:26:54.349000+00:00','099834703f1820bc3b40648a');
INSERT INTO "artifact_repositories" VALUES('6abd2a3e7a5cd2cb2c06157c','loose','nim',0,NULL,0,0,'loose
6abd2a3e7a5cd2cb2c06157c','00000000000000000000000a','ada','2026-09-30T15:26:54.349000+00:00','2026-09-30T15:26:54.349000+00:00','dccb45e0c1a4264a11db3226');
CREATE TABLE artifact_repositories_search_rows (number INTEGER PRIMARY KEY, id VARCHAR(24) NOT NULL UNIQUE);
INSERT INTO "artifact_repositories_search_rows" VALUES(1,'6abd2a3e7a5cd2cb2c06157c');
INSERT INTO "artifact_repositories_search_rows" VALUES(2,'abababababababababababab');
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
	updated_at VARCHAR(32) NOT NULL, visible_to VARCHAR(24) DEFAULT '' NOT NULL, 
	CONSTRAINT pk_artifacts PRIMARY KEY (id), 
	CONSTRAINT fk_artifacts_repository_id_artifact_repositories FOREIGN KEY(repository_id) REFERENCES artifact_repositories (id), 
	CONSTRAINT uq_artifacts_repository_id_version UNIQUE (repository_id, version)
);
INSERT INTO "artifacts" VALUES('6abd2a3e7a5cd2cb2c061578','abababababababababababab','chat','v1','service','locked',1,'{"type":"service","containerGroups":[{"name":"default","containers":[{"name":"main","description":"","imageUri":"registry.example/chat:1","imageBuildConfig":null,"port":8080,"primary":true,"entrypoint":null,"environmentVars":[{"source":"string","name":"GREETING","value":"gr\u00fc\u00df dich \u0001 \ud83d\ude00"}],"readinessProbe":null,"livenessProbe":null,"startupProbe":null,"securityContext":null,"build":null}]}]}','v1:421d1ea936694e0cac18faffb97e449ce134cc0b3154b2fc2f504f1ba781826a',1,'k1',1,'chat
v1
6abd2a3e7a5cd2cb2c061578','00000000000000000000000a','ada','2026-09-30T15:26:54.349000+00:00','2026-09-30T15:26:54.349000+00:00','099834703f1820bc3b40648a');
INSERT INTO "artifacts" VALUES('6abd2a3e7a5cd2cb2c061579','abababababababababababab','chat','v2','service','locked',2,'{"type":"service","containerGroups":[{"name":"default","containers":[{"name":"main","description":"","imageUri":"registry.example/chat:1","imageBuildConfig":null,"port":8080,"primary":true,"entrypoint":null,"environmentVars":[{"source":"string","name":"GREETING","value":"gr\u00fc\u00df dich \u0001 \ud83d\ude00"}],"readinessProbe":null,"livenessProbe":null,"startupProbe":null,"securityContext":null,"build":null}]}]}','v1:beffd6fc5d017fe2190c0cfe5b8713bf4ec21f021fe11aea0121d62c72ce22da',1,'k2',1,'chat
v2
6abd2a3e7a5cd2cb2c061579','00000000000000000000000a','ada','2026-09-30T15:26:54.349000+00:00','2026-09-30T15:26:54.349000+00:00','099834703f1820bc3b40648a');
INSERT INTO "artifacts" VALUES('6abd2a3e7a5cd2cb2c06157a','abababababababababababab','chat','v3','service','locked',3,'{"type":"service","containerGroups":[{"name":"default","containers":[{"name":"main","description":"","imageUri":"registry.example/chat:1","imageBuildConfig":null,"port":8080,"primary":true,"entrypoint":null,"environmentVars":[{"source":"string","name":"GREETING","value":"gr\u00fc\u00df dich \u0001 \ud83d\ude00"}],"readinessProbe":null,"livenessProbe":null,"startupProbe":null,"securityContext":null,"build":null}]}]}','v1:39c6d2d91f31802611e2d8ef7a299d9ca9ee4ee251b0d836072b888f01dd4e34',1,'k3',1,'chat
v3
6abd2a3e7a5cd2cb2c06157a','00000000000000000000000a','ada','2026-09-30T15:26:54.349000+00:00','2026-09-30T15:26:54.349000+00:00','099834703f1820bc3b40648a');
INSERT INTO "artifacts" VALUES('6abd2a3e7a5cd2cb2c06157b','abababababababababababab','draft','','service','draft',NULL,'{"type":"service","containerGroups":[{"name":"default","containers":[{"name":"main","description":"","imageUri":"registry.example/chat:1","imageBuildConfig":null,"port":8080,"primary":true,"entrypoint":null,"environmentVars":[],"readinessProbe":null,"livenessProbe":null,"startupProbe":null,"securityContext":null,"build":null}]}]}','v1:ee70c63f263bd5052b7b38ffce5bf826b5cf4be2cbcc50c1c177e9b90d207fdf',1,NULL,0,'draft

6abd2a3e7a5cd2cb2c06157b','00000000000000000000000a','ada','2026-09-30T15:26:54.349000+00:00','2026-09-30T15:26:54.349000+00:00','099834703f1820bc3b40648a');
INSERT INTO "artifacts" VALUES('6abd2a3e7a5cd2cb2c06157d','6abd2a3e7a5cd2cb2c06157c','loose','','nim','draft',NULL,'{"type":"nim","containerGroups":[{"name":"default","containers":[{"name":"main","description":"","imageUri":"registry.example/chat:1","imageBuildConfig":null,"port":8080,"primary":true,"entrypoint":null,"environmentVars":[],"readinessProbe":null,"livenessProbe":null,"startupProbe":null,"securityContext":null,"build":null}]}],"storage":null,"templateId":null}','v1:bc5e6832b1b11f7da312788c0de4e205168d49957de026def1a5937c9323cbf0',1,NULL,0,'loose

6abd2a3e7a5cd2cb2c06157d','00000000000000000000000a','ada','2026-09-30T15:26:54.349000+00:00','2026-09-30T15:26:54.349000+00:00','dccb45e0c1a4264a11db3226');
CREATE TABLE artifacts_search_rows (number INTEGER PRIMARY KEY, id VARCHAR(24) NOT NULL UNIQUE);
INSERT INTO "artifacts_search_rows" VALUES(1,'6abd2a3e7a5cd2cb2c061578');
INSERT INTO "artifacts_search_rows" VALUES(2,'6abd2a3e7a5cd2cb2c061579');
INSERT INTO "artifacts_search_rows" VALUES(3,'6abd2a3e7a5cd2cb2c06157a');
INSERT INTO "artifacts_search_rows" VALUES(4,'6abd2a3e7a5cd2cb2c06157b');
INSERT INTO "artifacts_search_rows" VALUES(5,'6abd2a3e7a5cd2cb2c06157d');
CREATE TABLE "audit" (
	chain VARCHAR(24) NOT NULL, 
	number INTEGER NOT NULL, 
	kind VARCHAR(24) NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	action VARCHAR(40) NOT NULL, 
	actor_id TEXT NOT NULL, 
	actor_name TEXT NOT NULL, 
	request_id TEXT NOT NULL, 
	changes TEXT NOT NULL, 
	previous VARCHAR(64) NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	chain_kind VARCHAR(24) NOT NULL, 
	CONSTRAINT pk_audit PRIMARY KEY (chain_kind, chain, number)
);
INSERT INTO "audit" VALUES('6abd2a3e7a5cd2cb2c06157c',1,'artifactRepositories','2026-11-21T09:24:02.553679+00:00','baseline','','migration','','[{"kind":"artifactRepositories","id":"6abd2a3e7a5cd2cb2c06157c","before":null,"after":"s1:6a24ab73fe1177f9479ce961b350e71ffb07bcaa92a15e2c7b7728ab46e409ca"},{"kind":"sharedRoles","id":"6abd2a3e7a5cd2cb2c06157c","before":null,"after":"s1:058fdf4b649f4db8c56a71a24697ada747071e70342b58dd77b050bbcc9ce1ab"},{"kind":"artifacts","id":"6abd2a3e7a5cd2cb2c06157d","before":null,"after":"s1:17b5e515550932ba7a5bfca14d93dd8dcbcc0a2e61b4d4f1d7e6bba1d82fb231"}]','0000000000000000000000000000000000000000000000000000000000000000','77dda30c9e1381bd34da69d12dcac9fc8aa76a9b3facf12cdc5bae64848ce384','artifactRepositories');
INSERT INTO "audit" VALUES('6abd2a3e7a5cd2cb2c061580',1,'workloads','2026-11-21T09:24:02.553679+00:00','baseline','','migration','','[{"kind":"workloads","id":"6abd2a3e7a5cd2cb2c061580","before":null,"after":"s1:579a19923326b870271a5f63871a105436246e3997be6dd8db254247e0117324"},{"kind":"sharedRoles","id":"6abd2a3e7a5cd2cb2c061580","before":null,"after":"s1:5e816bcacc1cd3fb4e0bd5147e0809c2ad5533161d7c4705fb916cd2fed7de61"},{"kind":"protons","id":"6abd2a437a5cd2cb2c061581","before":null,"after":"s1:92199bd80c7379223186e74d638f2b28b834c440ae8708c230d17610f2d18562"},{"kind":"protons","id":"6abd2a487a5cd2cb2c061582","before":null,"after":"s1:8110e0a0532967cdfdc2b57f05c1a2810eaada2cd5092f95d6df4d71522321ad"},{"kind":"protons","id":"6abd2a617a5cd2cb2c061584","before":null,"after":"s1:f73a3ed6c5688acbfcd745fdb2f49c7dcfe6caa70c7ccd920e737bf9bea73458"},{"kind":"replacements","id":"6abd2a487a5cd2cb2c061583","before":null,"after":"s1:480e7fe44c1b9491e48709f9ca50aa6a57b020af817cf060776986fdeb2f6434"},{"kind":"replacements","id":"6abd2a617a5cd2cb2c061585","before":null,"after":"s1:bf83a9bb5e128601f87c24f4bb82bb725d7924521fc0880a6e943b638e4d1190"},{"kind":"workloadEvents","id":"6abd2a3e7a5cd2cb2c061580#1","before":null,"after":"s1:e5460f1c6209eb14b6c4d903587d7c846ad1470bb9bc807be119a3ca1153b595"}]','0000000000000000000000000000000000000000000000000000000000000000','24371074ed41ba8d47b38a8d67342c079d0af04df863c28e60728fd0c13bc852','workloads');
INSERT INTO "audit" VALUES('6abd2a617a5cd2cb2c061586',1,'workloads','2026-11-21T09:24:02.553679+00:00','baseline','','migration','','[{"kind":"workloads","id":"6abd2a617a5cd2cb2c061586","before":null,"after":"s1:c84be0037dd6aede75eaad9da915c27d56aa39e339ea9492c11eed88959e47eb"},{"kind":"sharedRoles","id":"6abd2a617a5cd2cb2c061586","before":null,"after":"s1:504d2e4dc569d28c4ae739f080fb048d805f1fd9ac726c30088a9b65d8aaf446"}]','0000000000000000000000000000000000000000000000000000000000000000','5341ab16d47ff89d21fdfde2bb6de525b306c855e54c295a5fa66103d52d1515','workloads');
INSERT INTO "audit" VALUES('abababababababababababab',1,'artifactRepositories','2026-11-21T09:24:02.553679+00:00','baseline','','migration','','[{"kind":"artifactRepositories","id":"abababababababababababab","before":null,"after":"s1:d76ea175d64ca399aaa101d1d97585362fd74c5e8bb2f7ba1a87f0ebc74ac012"},{"kind":"sharedRoles","id":"abababababababababababab","before":null,"after":"s1:e732138ab465eb4e6590e7ee19fb1024d110625762f3b98e47f4f56d282a1d4f"},{"kind":"artifacts","id":"6abd2a3e7a5cd2cb2c061578","before":null,"after":"s1:d1d011098493945e3ebb48c3cdf06d7aa71bd520624405535b9373d787a330d4"},{"kind":"tags","id":"6abd2a3e7a5cd2cb2c061578","before":null,"after":"s1:2795ff4cc408836fc74433f212eae19060bd163434ce22a2a2477277d34dc364"},{"kind":"artifacts","id":"6abd2a3e7a5cd2cb2c061579","before":null,"after":"s1:d6e08c2ce0d71163a1e79f3e48a1a80863abfba93a2216143412673d0c6f596e"},{"kind":"artifacts","id":"6abd2a3e7a5cd2cb2c06157a","before":null,"after":"s1:928ee5fa1c6f928679c500e0d4aa3c8433bdb88bc4ab273cffd3bd9b81ecb131"},{"kind":"artifacts","id":"6abd2a3e7a5cd2cb2c06157b","before":null,"after":"s1:4d87c66c5cd43dda7343cf9c956cc97d655104b5cc2c8205ee71e39c1873e930"}]','0000000000000000000000000000000000000000000000000000000000000000','4f888425f024f4d3c9e759ea82389bc4cc4c6646ee1d61ba658a1e35a0b4121a','artifactRepositories');
INSERT INTO "audit" VALUES('6b013f167a5cd2cb2c061577',1,'people','2026-11-21T12:47:54.247914+00:00','users.bootstrap','','lockyard admin (root)','','[{"kind":"users","id":"000000000000000000000001","before":null,"after":"s1:0433079ff00b70222f7fdc661c34e56c0a6af7c12001b394177807485f413d37"},{"kind":"tokens","id":"6b0192faea84391ea24b28f1","before":null,"after":"s1:fce055c5d7eadff1942bc139aebe1baa5c409f8e033b0f888a5fb88a1020ac6f"}]','0000000000000000000000000000000000000000000000000000000000000000','2bf812e9255779ea8a44edd0bda2a62ccbcd218813d4f3f694738123a24632ef','people');
INSERT INTO "audit" VALUES('6b013f167a5cd2cb2c061577',2,'people','2026-11-21T12:47:54.274671+00:00','users.add','','lockyard admin (root)','','[{"kind":"users","id":"6b0192faea84391ea24b28f2","before":null,"after":"s1:e81bb24ffd96cf64956b920a30d2b69be299332db6b0f37c8bb1a1f5a3b04aef"}]','2bf812e9255779ea8a44edd0bda2a62ccbcd218813d4f3f694738123a24632ef','dfdd55d44112f0a4bc57b1044481203fc8a4ab51869d41a7b3b105ee79de756d','people');
INSERT INTO "audit" VALUES('6b013f167a5cd2cb2c061577',3,'people','2026-11-21T12:47:54.284556+00:00','users.add','','lockyard admin (root)','','[{"kind":"users","id":"6b0192faea84391ea24b28f3","before":null,"after":"s1:4407c175ed75abfee5ae28ae2431baa3a2387dc710ed14c250b7534c0c7afe1f"}]','dfdd55d44112f0a4bc57b1044481203fc8a4ab51869d41a7b3b105ee79de756d','7e36cd31ab8b81af337776ab28a4cdee0b61acd84a2b3800f24cfe7d36b91a9e','people');
INSERT INTO "audit" VALUES('abababababababababababab',2,'artifactRepositories','2026-10-01T09:00:00.000000+00:00','sharedRoles.update','00000000000000000000000a','ada','r-1','[{"kind":"sharedRoles","id":"abababababababababababab","before":"s1:e732138ab465eb4e6590e7ee19fb1024d110625762f3b98e47f4f56d282a1d4f","after":"s1:bc4d8d562905b6e0564ee054f409e2d68ac0c08899977fe103a082896d1e25e9"}]','4f888425f024f4d3c9e759ea82389bc4cc4c6646ee1d61ba658a1e35a0b4121a','c2001e9e9424933808e23685aae057f7a41e3f8e5fd0f8dc60ed2ebc3afa1473','artifactRepositories');
INSERT INTO "audit" VALUES('abababababababababababab',3,'artifactRepositories','2026-10-01T09:00:00.000000+00:00','sharedRoles.update','00000000000000000000000a','ada','r-1','[{"kind":"sharedRoles","id":"abababababababababababab","before":"s1:bc4d8d562905b6e0564ee054f409e2d68ac0c08899977fe103a082896d1e25e9","after":"s1:36388541dff6eeb028d398c6f1a5d77d1f37411b6feb814cd31afbb7c0d6999e"}]','c2001e9e9424933808e23685aae057f7a41e3f8e5fd0f8dc60ed2ebc3afa1473','14a89fcc4d0427a543637908610c86e5bfe8e2070ec175ed56abfd697128cab1','artifactRepositories');
CREATE TABLE "audit_heads" (
	chain VARCHAR(24) NOT NULL, 
	kind VARCHAR(24) NOT NULL, 
	number INTEGER NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	pending BOOLEAN NOT NULL, 
	CONSTRAINT pk_audit_heads PRIMARY KEY (kind, chain)
);
INSERT INTO "audit_heads" VALUES('6abd2a3e7a5cd2cb2c06157c','artifactRepositories',1,'77dda30c9e1381bd34da69d12dcac9fc8aa76a9b3facf12cdc5bae64848ce384',1);
INSERT INTO "audit_heads" VALUES('6abd2a3e7a5cd2cb2c061580','workloads',1,'24371074ed41ba8d47b38a8d67342c079d0af04df863c28e60728fd0c13bc852',1);
INSERT INTO "audit_heads" VALUES('6abd2a617a5cd2cb2c061586','workloads',1,'5341ab16d47ff89d21fdfde2bb6de525b306c855e54c295a5fa66103d52d1515',1);
INSERT INTO "audit_heads" VALUES('abababababababababababab','artifactRepositories',3,'14a89fcc4d0427a543637908610c86e5bfe8e2070ec175ed56abfd697128cab1',1);
INSERT INTO "audit_heads" VALUES('6b013f167a5cd2cb2c061577','people',3,'7e36cd31ab8b81af337776ab28a4cdee0b61acd84a2b3800f24cfe7d36b91a9e',1);
CREATE TABLE checkpoints (
	number INTEGER NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	document TEXT NOT NULL, 
	CONSTRAINT pk_checkpoints PRIMARY KEY (number)
);
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
CREATE TABLE credentials (
	id VARCHAR(24) NOT NULL, 
	name TEXT NOT NULL, 
	credential_type VARCHAR(64) NOT NULL, 
	description TEXT NOT NULL, 
	sealed TEXT NOT NULL, 
	creator_id TEXT NOT NULL, 
	creator_username TEXT NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_credentials PRIMARY KEY (id), 
	CONSTRAINT uq_credentials_name UNIQUE (name)
);
CREATE TABLE facet_counts (
	holder VARCHAR(24) NOT NULL, 
	facet VARCHAR(16) NOT NULL, 
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	type VARCHAR(16) NOT NULL, 
	status VARCHAR(16) NOT NULL, 
	slot INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	CONSTRAINT pk_facet_counts PRIMARY KEY (holder, facet, name, value, type, status, slot)
)
 WITHOUT ROWID

;
INSERT INTO "facet_counts" VALUES('*','creator','ada','00000000000000000000000a','nim','draft',0,1);
INSERT INTO "facet_counts" VALUES('*','creator','ada','00000000000000000000000a','service','draft',0,1);
INSERT INTO "facet_counts" VALUES('*','creator','ada','00000000000000000000000a','service','locked',0,3);
INSERT INTO "facet_counts" VALUES('*','repository','','6abd2a3e7a5cd2cb2c06157c','nim','draft',0,1);
INSERT INTO "facet_counts" VALUES('*','repository','','abababababababababababab','service','draft',0,1);
INSERT INTO "facet_counts" VALUES('*','repository','','abababababababababababab','service','locked',0,3);
INSERT INTO "facet_counts" VALUES('*','tags','a','1','service','locked',0,1);
INSERT INTO "facet_counts" VALUES('*','tags','b','é','service','locked',0,1);
INSERT INTO "facet_counts" VALUES('099834703f1820bc3b40648a','creator','ada','00000000000000000000000a','service','draft',0,1);
INSERT INTO "facet_counts" VALUES('099834703f1820bc3b40648a','creator','ada','00000000000000000000000a','service','locked',0,3);
INSERT INTO "facet_counts" VALUES('099834703f1820bc3b40648a','repository','','abababababababababababab','service','draft',0,1);
INSERT INTO "facet_counts" VALUES('099834703f1820bc3b40648a','repository','','abababababababababababab','service','locked',0,3);
INSERT INTO "facet_counts" VALUES('099834703f1820bc3b40648a','tags','a','1','service','locked',0,1);
INSERT INTO "facet_counts" VALUES('099834703f1820bc3b40648a','tags','b','é','service','locked',0,1);
INSERT INTO "facet_counts" VALUES('dccb45e0c1a4264a11db3226','creator','ada','00000000000000000000000a','nim','draft',0,1);
INSERT INTO "facet_counts" VALUES('dccb45e0c1a4264a11db3226','repository','','6abd2a3e7a5cd2cb2c06157c','nim','draft',0,1);
CREATE TABLE group_members (
	group_id VARCHAR(24) NOT NULL, 
	user_id VARCHAR(24) NOT NULL, 
	CONSTRAINT pk_group_members PRIMARY KEY (group_id, user_id), 
	CONSTRAINT fk_group_members_group_id_user_groups FOREIGN KEY(group_id) REFERENCES user_groups (id), 
	CONSTRAINT fk_group_members_user_id_users FOREIGN KEY(user_id) REFERENCES users (id)
);
CREATE TABLE measurements (
	workload_id VARCHAR(24) NOT NULL, 
	start_at VARCHAR(32) NOT NULL, 
	end_at VARCHAR(32) NOT NULL, 
	proton_id VARCHAR(24) NOT NULL, 
	source VARCHAR(64) NOT NULL, 
	requests BIGINT NOT NULL, 
	user_errors BIGINT NOT NULL, 
	server_errors BIGINT NOT NULL, 
	concurrent_requests FLOAT NOT NULL, 
	milliseconds FLOAT NOT NULL, 
	response_times TEXT NOT NULL, 
	CONSTRAINT pk_measurements PRIMARY KEY (workload_id, start_at, end_at, proton_id, source), 
	CONSTRAINT fk_measurements_workload_id_workloads FOREIGN KEY(workload_id) REFERENCES workloads (id)
);
CREATE TABLE "otel_logs" (
	entity_id VARCHAR(24) NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	id VARCHAR(24) NOT NULL, 
	severity INTEGER NOT NULL, 
	message TEXT NOT NULL, 
	stacktrace TEXT, 
	trace_id VARCHAR(32) NOT NULL, 
	span_id VARCHAR(16) NOT NULL, 
	attributes TEXT NOT NULL, 
	entity_kind VARCHAR(24) NOT NULL, 
	CONSTRAINT pk_otel_logs PRIMARY KEY (entity_kind, entity_id, at, id)
);
INSERT INTO "otel_logs" VALUES('6abd2a3e7a5cd2cb2c061580','2026-09-30T15:26:54.349000+00:00','dddddddddddddddddddddddd',9,'Ünïcode line',NULL,'00000000000000000000000000000000','0000000000000000','{}','workloads');
CREATE TABLE "otel_metrics" (
	entity_id VARCHAR(24) NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	display_name TEXT NOT NULL, 
	unit VARCHAR(64) NOT NULL, 
	value FLOAT NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	entity_kind VARCHAR(24) NOT NULL, 
	CONSTRAINT pk_otel_metrics PRIMARY KEY (entity_kind, entity_id, name)
);
CREATE TABLE "otel_spans" (
	entity_id VARCHAR(24) NOT NULL, 
	trace_id VARCHAR(32) NOT NULL, 
	span_id VARCHAR(16) NOT NULL, 
	parent_span_id VARCHAR(16) NOT NULL, 
	name TEXT NOT NULL, 
	service_name TEXT NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	started_at VARCHAR(32) NOT NULL, 
	duration BIGINT NOT NULL, 
	status_code VARCHAR(8) NOT NULL, 
	status_message TEXT NOT NULL, 
	attributes TEXT NOT NULL, 
	entity_kind VARCHAR(24) NOT NULL, 
	CONSTRAINT pk_otel_spans PRIMARY KEY (entity_kind, entity_id, trace_id, span_id)
);
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
	updated_at VARCHAR(32) NOT NULL, reported_at VARCHAR(32), 
	CONSTRAINT pk_protons PRIMARY KEY (id), 
	CONSTRAINT fk_protons_workload_id_workloads FOREIGN KEY(workload_id) REFERENCES workloads (id)
);
INSERT INTO "protons" VALUES('6abd2a437a5cd2cb2c061581','6abd2a3e7a5cd2cb2c061580','chat','6abd2a3e7a5cd2cb2c061578','v1:421d1ea936694e0cac18faffb97e449ce134cc0b3154b2fc2f504f1ba781826a','{"containerGroups":[{"name":"default","replicaCount":2,"autoscaling":null,"resourceBundles":[],"bundleSelectionPolicy":"availability","containers":[],"resolvedBundle":null}]}','v1:7666530311ca15a196a7c5e86b1b907ee5a8f93eba5fc20b84f1818614c8c1f0','{"main":"registry.example/chat:1"}',NULL,'stopped',NULL,NULL,'[]',NULL,NULL,'2026-09-30T15:26:59.349000+00:00','2026-09-30T15:27:09.349000+00:00',NULL);
INSERT INTO "protons" VALUES('6abd2a487a5cd2cb2c061582','6abd2a3e7a5cd2cb2c061580','chat','6abd2a3e7a5cd2cb2c061579','v1:beffd6fc5d017fe2190c0cfe5b8713bf4ec21f021fe11aea0121d62c72ce22da','{"containerGroups":[{"name":"default","replicaCount":2,"autoscaling":null,"resourceBundles":[],"bundleSelectionPolicy":"availability","containers":[],"resolvedBundle":null}]}','v1:7666530311ca15a196a7c5e86b1b907ee5a8f93eba5fc20b84f1818614c8c1f0','{"main":"registry.example/chat:1"}','active','running',NULL,NULL,'[]','2026-09-30T15:27:09.349000+00:00',NULL,'2026-09-30T15:27:04.349000+00:00','2026-09-30T15:27:09.349000+00:00',NULL);
INSERT INTO "protons" VALUES('6abd2a617a5cd2cb2c061584','6abd2a3e7a5cd2cb2c061580','chat','6abd2a3e7a5cd2cb2c06157a','v1:39c6d2d91f31802611e2d8ef7a299d9ca9ee4ee251b0d836072b888f01dd4e34','{"containerGroups":[{"name":"default","replicaCount":2,"autoscaling":null,"resourceBundles":[],"bundleSelectionPolicy":"availability","containers":[],"resolvedBundle":null}]}','v1:7666530311ca15a196a7c5e86b1b907ee5a8f93eba5fc20b84f1818614c8c1f0','{"main":"registry.example/chat:1"}','candidate','submitted',NULL,NULL,'[]',NULL,NULL,'2026-09-30T15:27:29.349000+00:00','2026-09-30T15:27:29.349000+00:00',NULL);
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
CREATE TABLE scope_recipients (
	recipient_type VARCHAR(16) NOT NULL, 
	recipient_id VARCHAR(255) NOT NULL, 
	scope VARCHAR(24) NOT NULL, 
	CONSTRAINT pk_scope_recipients PRIMARY KEY (recipient_type, recipient_id, scope)
);
INSERT INTO "scope_recipients" VALUES('user','00000000000000000000000a','dccb45e0c1a4264a11db3226');
INSERT INTO "scope_recipients" VALUES('organization','6b013f167a5cd2cb2c061577','099834703f1820bc3b40648a');
INSERT INTO "scope_recipients" VALUES('user','00000000000000000000000a','099834703f1820bc3b40648a');
INSERT INTO "scope_recipients" VALUES('user','3cf105295f918eb8f4dd96d1','099834703f1820bc3b40648a');
INSERT INTO "scope_recipients" VALUES('user','6b0192faea84391ea24b28f2','099834703f1820bc3b40648a');
CREATE TABLE "shared_roles" (
	kind VARCHAR(24) NOT NULL, 
	object_id VARCHAR(24) NOT NULL, 
	recipient_type VARCHAR(16) NOT NULL, 
	recipient_id VARCHAR(255) NOT NULL, 
	recipient_name TEXT NOT NULL, 
	role VARCHAR(32) NOT NULL, 
	granted_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_shared_roles PRIMARY KEY (object_id, kind, recipient_type, recipient_id)
);
INSERT INTO "shared_roles" VALUES('artifactRepositories','abababababababababababab','user','00000000000000000000000a','ada','OWNER','2026-09-30T15:26:54.349000+00:00');
INSERT INTO "shared_roles" VALUES('artifactRepositories','6abd2a3e7a5cd2cb2c06157c','user','00000000000000000000000a','ada','OWNER','2026-09-30T15:26:54.349000+00:00');
INSERT INTO "shared_roles" VALUES('artifactRepositories','abababababababababababab','user','3cf105295f918eb8f4dd96d1','bob','EDITOR','2026-09-30T15:26:54.349000+00:00');
INSERT INTO "shared_roles" VALUES('workloads','6abd2a3e7a5cd2cb2c061580','user','00000000000000000000000a','ada','OWNER','2026-09-30T15:26:54.349000+00:00');
INSERT INTO "shared_roles" VALUES('workloads','6abd2a617a5cd2cb2c061586','user','00000000000000000000000a','ada','OWNER','2026-09-30T15:27:29.349000+00:00');
INSERT INTO "shared_roles" VALUES('artifactRepositories','abababababababababababab','user','6b0192faea84391ea24b28f2','bob','EDITOR','2026-10-01T09:00:00.000000+00:00');
INSERT INTO "shared_roles" VALUES('artifactRepositories','abababababababababababab','organization','6b013f167a5cd2cb2c061577','everybody','CONSUMER','2026-10-01T09:00:00.000000+00:00');
CREATE TABLE statistics_resets (
	workload_id VARCHAR(24) NOT NULL, 
	reset_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_statistics_resets PRIMARY KEY (workload_id), 
	CONSTRAINT fk_statistics_resets_workload_id_workloads FOREIGN KEY(workload_id) REFERENCES workloads (id)
);
INSERT INTO "statistics_resets" VALUES('6abd2a3e7a5cd2cb2c061580','2026-09-30T15:26:54.349000+00:00');
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
CREATE TABLE use_case_links (
	use_case_id VARCHAR(24) NOT NULL, 
	workload_id VARCHAR(24) NOT NULL, 
	linked_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_use_case_links PRIMARY KEY (use_case_id, workload_id), 
	CONSTRAINT fk_use_case_links_workload_id_workloads FOREIGN KEY(workload_id) REFERENCES workloads (id)
);
CREATE TABLE user_groups (
	id VARCHAR(24) NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_user_groups PRIMARY KEY (id), 
	CONSTRAINT uq_user_groups_name UNIQUE (name)
);
CREATE TABLE users (
	id VARCHAR(24) NOT NULL, 
	username VARCHAR(255) NOT NULL, 
	full_name TEXT, 
	email TEXT, 
	administrator BOOLEAN NOT NULL, 
	disabled BOOLEAN NOT NULL, 
	issuer VARCHAR(255), 
	subject VARCHAR(255), 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_users PRIMARY KEY (id), 
	CONSTRAINT uq_users_username UNIQUE (username), 
	CONSTRAINT uq_users_issuer_subject UNIQUE (issuer, subject)
);
INSERT INTO "users" VALUES('000000000000000000000001','admin',NULL,NULL,1,0,NULL,NULL,'2026-11-21T12:47:54.247914+00:00','2026-11-21T12:47:54.247914+00:00');
INSERT INTO "users" VALUES('6b0192faea84391ea24b28f2','bob',NULL,NULL,0,0,NULL,NULL,'2026-11-21T12:47:54.274671+00:00','2026-11-21T12:47:54.274671+00:00');
INSERT INTO "users" VALUES('6b0192faea84391ea24b28f3','cyd',NULL,NULL,0,0,NULL,NULL,'2026-11-21T12:47:54.284556+00:00','2026-11-21T12:47:54.284556+00:00');
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
CREATE TABLE workloads_search_rows (number INTEGER PRIMARY KEY, id VARCHAR(24) NOT NULL UNIQUE);
INSERT INTO "workloads_search_rows" VALUES(1,'6abd2a3e7a5cd2cb2c061580');
INSERT INTO "workloads_search_rows" VALUES(2,'6abd2a617a5cd2cb2c061586');
CREATE VIRTUAL TABLE artifact_repositories_search USING fts5(text, content='', tokenize='trigram case_sensitive 1');
INSERT INTO artifact_repositories_search (rowid, text) SELECT r.number, t.search_text FROM artifact_repositories_search_rows r JOIN artifact_repositories t ON t.id = r.id;
CREATE VIRTUAL TABLE artifacts_search USING fts5(text, content='', tokenize='trigram case_sensitive 1');
INSERT INTO artifacts_search (rowid, text) SELECT r.number, t.search_text FROM artifacts_search_rows r JOIN artifacts t ON t.id = r.id;
CREATE VIRTUAL TABLE workloads_search USING fts5(text, content='', tokenize='trigram case_sensitive 1');
INSERT INTO workloads_search (rowid, text) SELECT r.number, t.search_text FROM workloads_search_rows r JOIN workloads t ON t.id = r.id;
CREATE INDEX ix_access_tokens_user_id ON access_tokens (user_id);
CREATE INDEX ix_artifact_repositories_created_at_id ON artifact_repositories (created_at, id);
CREATE INDEX ix_artifacts_created_at_id_visible_to ON artifacts (created_at, id, visible_to);
CREATE INDEX ix_artifacts_creator_id_creator_username ON artifacts (creator_id, creator_username);
CREATE INDEX ix_artifacts_repository_id_content_digest ON artifacts (repository_id, content_digest);
CREATE INDEX ix_artifacts_repository_id_created_at_id_status ON artifacts (repository_id, created_at, id, status);
CREATE INDEX ix_artifacts_type_status_created_at_id_visible_to ON artifacts (type, status, created_at, id, visible_to);
CREATE INDEX ix_artifacts_visible_to_type_status_created_at_id ON artifacts (visible_to, type, status, created_at, id);
CREATE INDEX ix_group_members_user_id ON group_members (user_id);
CREATE INDEX ix_protons_workload_id_id ON protons (workload_id, id);
CREATE INDEX ix_replacements_artifact_id ON replacements (artifact_id);
CREATE INDEX ix_replacements_workload_id_created_at ON replacements (workload_id, created_at);
CREATE INDEX ix_scope_recipients_scope_recipient_type_recipient_id ON scope_recipients (scope, recipient_type, recipient_id);
CREATE INDEX ix_use_case_links_workload_id ON use_case_links (workload_id);
CREATE INDEX ix_workload_events_workload_id_id ON workload_events (workload_id, id);
CREATE INDEX ix_workloads_artifact_id ON workloads (artifact_id);
CREATE INDEX ix_workloads_created_at_id ON workloads (created_at, id);
CREATE INDEX ix_workloads_due_at ON workloads (due_at);
CREATE INDEX ix_workloads_status ON workloads (status);
CREATE TRIGGER artifact_repositories_search_delete AFTER DELETE ON artifact_repositories BEGIN INSERT INTO artifact_repositories_search (artifact_repositories_search, rowid, text) VALUES ('delete', (SELECT number FROM artifact_repositories_search_rows WHERE id = old.id), old.search_text); DELETE FROM artifact_repositories_search_rows WHERE id = old.id; END;
CREATE TRIGGER artifact_repositories_search_insert AFTER INSERT ON artifact_repositories BEGIN INSERT INTO artifact_repositories_search_rows (id) VALUES (new.id); INSERT INTO artifact_repositories_search (rowid, text) VALUES ((SELECT number FROM artifact_repositories_search_rows WHERE id = new.id), new.search_text); END;
CREATE TRIGGER artifact_repositories_search_update AFTER UPDATE OF search_text ON artifact_repositories WHEN old.search_text <> new.search_text BEGIN INSERT INTO artifact_repositories_search (artifact_repositories_search, rowid, text) VALUES ('delete', (SELECT number FROM artifact_repositories_search_rows WHERE id = old.id), old.search_text); INSERT INTO artifact_repositories_search (rowid, text) VALUES ((SELECT number FROM artifact_repositories_search_rows WHERE id = new.id), new.search_text); END;
CREATE TRIGGER artifacts_search_delete AFTER DELETE ON artifacts BEGIN INSERT INTO artifacts_search (artifacts_search, rowid, text) VALUES ('delete', (SELECT number FROM artifacts_search_rows WHERE id = old.id), old.search_text); DELETE FROM artifacts_search_rows WHERE id = old.id; END;
CREATE TRIGGER artifacts_search_insert AFTER INSERT ON artifacts BEGIN INSERT INTO artifacts_search_rows (id) VALUES (new.id); INSERT INTO artifacts_search (rowid, text) VALUES ((SELECT number FROM artifacts_search_rows WHERE id = new.id), new.search_text); END;
CREATE TRIGGER artifacts_search_update AFTER UPDATE OF search_text ON artifacts WHEN old.search_text <> new.search_text BEGIN INSERT INTO artifacts_search (artifacts_search, rowid, text) VALUES ('delete', (SELECT number FROM artifacts_search_rows WHERE id = old.id), old.search_text); INSERT INTO artifacts_search (rowid, text) VALUES ((SELECT number FROM artifacts_search_rows WHERE id = new.id), new.search_text); END;
CREATE TRIGGER workloads_search_delete AFTER DELETE ON workloads BEGIN INSERT INTO workloads_search (workloads_search, rowid, text) VALUES ('delete', (SELECT number FROM workloads_search_rows WHERE id = old.id), old.search_text); DELETE FROM workloads_search_rows WHERE id = old.id; END;
CREATE TRIGGER workloads_search_insert AFTER INSERT ON workloads BEGIN INSERT INTO workloads_search_rows (id) VALUES (new.id); INSERT INTO workloads_search (rowid, text) VALUES ((SELECT number FROM workloads_search_rows WHERE id = new.id), new.search_text); END;
CREATE TRIGGER workloads_search_update AFTER UPDATE OF search_text ON workloads WHEN old.search_text <> new.search_text BEGIN INSERT INTO workloads_search (workloads_search, rowid, text) VALUES ('delete', (SELECT number FROM workloads_search_rows WHERE id = old.id), old.search_text); INSERT INTO workloads_search (rowid, text) VALUES ((SELECT number FROM workloads_search_rows WHERE id = new.id), new.search_text); END;
CREATE INDEX ix_audit_request_id ON audit (request_id);
CREATE INDEX ix_creation_keys_kind_object_id ON creation_keys (kind, object_id);
CREATE INDEX ix_tags_kind_object_id ON tags (kind, object_id);
CREATE INDEX ix_tags_kind_name_value_object_id ON tags (kind, name, value, object_id);
CREATE INDEX ix_tags_kind_value_object_id ON tags (kind, value, object_id);
CREATE INDEX ix_shared_roles_recipient_type_recipient_id_kind_object_id ON shared_roles (recipient_type, recipient_id, kind, object_id);
CREATE INDEX ix_audit_at_chain_chain_kind_number ON audit (at, chain, chain_kind, number);
CREATE INDEX ix_audit_heads_pending ON audit_heads (kind, chain) WHERE pending IS 1;
COMMIT;
