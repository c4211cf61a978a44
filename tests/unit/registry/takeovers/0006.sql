-- A registry as schema revision 0006 left it after repositories were made under ids of other objects.
-- {"users": {"alice": "6b0e0a91c98a2d1f8c31f551", "bob": "6b0e0a91c98a2d1f8c31f552", "carol": "6b0e0a91c98a2d1f8c31f553", "mallory": "6b0e0a91c98a2d1f8c31f554", "zoe": "6b0e0a91c98a2d1f8c31f555"}, "robbed": "6b001a98c98a2d1f8c31f558", "artifact_in_false": "6b001c78c98a2d1f8c31f55a", "orphaned": "6b001cb4c98a2d1f8c31f55b", "quiet": "6b001da4c98a2d1f8c31f55c", "artifact": "6b001e1cc98a2d1f8c31f55e", "artifact_repository": "6b001e1cc98a2d1f8c31f55d", "credential": "6b001f0cc98a2d1f8c31f561", "registry": "6b0e0a91c98a2d1f8c31f54f", "honest": "abababababababababababab"}
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
INSERT INTO "access_tokens" VALUES('6b0e0a91c98a2d1f8c31f550','000000000000000000000001','first token','bef4f7a56776452083825fc5f9072a40e2e9035903d7186ca01d4da5f2b2df1d','write','2026-11-30T23:45:21.871634+00:00','2026-12-07T23:45:21.871634+00:00',NULL);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0006');
CREATE TABLE artifact_counts (
	holder VARCHAR(24) NOT NULL, 
	type VARCHAR(16) NOT NULL, 
	status VARCHAR(16) NOT NULL, 
	slot INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	CONSTRAINT pk_artifact_counts PRIMARY KEY (holder, type, status, slot)
);
INSERT INTO "artifact_counts" VALUES('*','service','locked',0,2);
INSERT INTO "artifact_counts" VALUES('240d9cf0e9a6697cbca925f5','service','locked',0,1);
INSERT INTO "artifact_counts" VALUES('51e130b8ea35b0eeaf195a85','service','locked',0,1);
INSERT INTO "artifact_counts" VALUES('6b001a5cc98a2d1f8c31f556','service','locked',0,1);
INSERT INTO "artifact_counts" VALUES('*','service','draft',0,3);
INSERT INTO "artifact_counts" VALUES('6b001a98c98a2d1f8c31f558','service','draft',0,1);
INSERT INTO "artifact_counts" VALUES('7bb620cc6a3b2248cdbd800c','service','draft',0,1);
INSERT INTO "artifact_counts" VALUES('9533dd1bd783de75ac7aec40','service','draft',0,1);
INSERT INTO "artifact_counts" VALUES('240d9cf0e9a6697cbca925f5','service','draft',0,1);
INSERT INTO "artifact_counts" VALUES('51e130b8ea35b0eeaf195a85','service','draft',0,1);
INSERT INTO "artifact_counts" VALUES('6b001e1cc98a2d1f8c31f55d','service','draft',0,1);
INSERT INTO "artifact_counts" VALUES('2ad7649d417082add14bc35d','service','draft',0,1);
INSERT INTO "artifact_counts" VALUES('62cdfe9600ec1bb816dd423c','service','draft',0,1);
INSERT INTO "artifact_counts" VALUES('abababababababababababab','service','draft',0,1);
INSERT INTO "artifact_counts" VALUES('2ad7649d417082add14bc35d','service','locked',0,1);
INSERT INTO "artifact_counts" VALUES('62cdfe9600ec1bb816dd423c','service','locked',0,1);
INSERT INTO "artifact_counts" VALUES('6b002074c98a2d1f8c31f563','service','locked',0,1);
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
INSERT INTO "artifact_repositories" VALUES('6b001a5cc98a2d1f8c31f556','prod-model','service',0,NULL,1,0,'prod-model
6b001a5cc98a2d1f8c31f556','6b0e0a91c98a2d1f8c31f551','alice','2026-11-20T10:01:00.000000+00:00','2026-11-20T10:01:00.000000+00:00','51e130b8ea35b0eeaf195a85');
INSERT INTO "artifact_repositories" VALUES('6b001a98c98a2d1f8c31f558','x','service',1,NULL,0,1,'x
6b001a98c98a2d1f8c31f558','6b0e0a91c98a2d1f8c31f554','mallory','2026-11-20T10:05:00.000000+00:00','2026-11-20T10:05:00.000000+00:00','7bb620cc6a3b2248cdbd800c');
INSERT INTO "artifact_repositories" VALUES('6b001da4c98a2d1f8c31f55c','x','service',1,NULL,0,1,'x
6b001da4c98a2d1f8c31f55c','6b0e0a91c98a2d1f8c31f554','mallory','2026-11-20T10:16:00.000000+00:00','2026-11-20T10:16:00.000000+00:00','7bb620cc6a3b2248cdbd800c');
INSERT INTO "artifact_repositories" VALUES('6b001e1cc98a2d1f8c31f55d','tagged','service',0,NULL,0,0,'tagged
6b001e1cc98a2d1f8c31f55d','6b0e0a91c98a2d1f8c31f551','alice','2026-11-20T10:17:00.000000+00:00','2026-11-20T10:17:00.000000+00:00','51e130b8ea35b0eeaf195a85');
INSERT INTO "artifact_repositories" VALUES('6b001e1cc98a2d1f8c31f55e','x','service',1,NULL,0,1,'x
6b001e1cc98a2d1f8c31f55e','6b0e0a91c98a2d1f8c31f554','mallory','2026-11-20T10:19:00.000000+00:00','2026-11-20T10:19:00.000000+00:00','7bb620cc6a3b2248cdbd800c');
INSERT INTO "artifact_repositories" VALUES('6b001f0cc98a2d1f8c31f561','x','service',1,NULL,0,1,'x
6b001f0cc98a2d1f8c31f561','6b0e0a91c98a2d1f8c31f554','mallory','2026-11-20T10:22:00.000000+00:00','2026-11-20T10:22:00.000000+00:00','7bb620cc6a3b2248cdbd800c');
INSERT INTO "artifact_repositories" VALUES('6b0e0a91c98a2d1f8c31f54f','x','service',1,NULL,0,1,'x
6b0e0a91c98a2d1f8c31f54f','6b0e0a91c98a2d1f8c31f554','mallory','2026-11-20T10:23:00.000000+00:00','2026-11-20T10:23:00.000000+00:00','7bb620cc6a3b2248cdbd800c');
INSERT INTO "artifact_repositories" VALUES('6b0e0a91c98a2d1f8c31f551','x','service',1,NULL,0,1,'x
6b0e0a91c98a2d1f8c31f551','6b0e0a91c98a2d1f8c31f554','mallory','2026-11-20T10:24:00.000000+00:00','2026-11-20T10:24:00.000000+00:00','7bb620cc6a3b2248cdbd800c');
INSERT INTO "artifact_repositories" VALUES('abababababababababababab','honest','service',1,'org/p/dev',0,1,'honest
abababababababababababab','6b0e0a91c98a2d1f8c31f552','bob','2026-11-20T10:25:00.000000+00:00','2026-11-20T10:25:00.000000+00:00','62cdfe9600ec1bb816dd423c');
INSERT INTO "artifact_repositories" VALUES('6b002074c98a2d1f8c31f563','mine','service',0,NULL,1,0,'mine
6b002074c98a2d1f8c31f563','6b0e0a91c98a2d1f8c31f552','bob','2026-11-20T10:27:00.000000+00:00','2026-11-20T10:27:00.000000+00:00','62cdfe9600ec1bb816dd423c');
CREATE TABLE artifact_repositories_search_rows (number INTEGER PRIMARY KEY, id VARCHAR(24) NOT NULL UNIQUE);
INSERT INTO "artifact_repositories_search_rows" VALUES(1,'6b001a5cc98a2d1f8c31f556');
INSERT INTO "artifact_repositories_search_rows" VALUES(2,'6b001a98c98a2d1f8c31f558');
INSERT INTO "artifact_repositories_search_rows" VALUES(3,'6b001da4c98a2d1f8c31f55c');
INSERT INTO "artifact_repositories_search_rows" VALUES(4,'6b001e1cc98a2d1f8c31f55d');
INSERT INTO "artifact_repositories_search_rows" VALUES(5,'6b001e1cc98a2d1f8c31f55e');
INSERT INTO "artifact_repositories_search_rows" VALUES(6,'6b001f0cc98a2d1f8c31f561');
INSERT INTO "artifact_repositories_search_rows" VALUES(7,'6b0e0a91c98a2d1f8c31f54f');
INSERT INTO "artifact_repositories_search_rows" VALUES(8,'6b0e0a91c98a2d1f8c31f551');
INSERT INTO "artifact_repositories_search_rows" VALUES(9,'abababababababababababab');
INSERT INTO "artifact_repositories_search_rows" VALUES(10,'6b002074c98a2d1f8c31f563');
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
INSERT INTO "artifacts" VALUES('6b001a5cc98a2d1f8c31f557','6b001a5cc98a2d1f8c31f556','prod-model','','service','locked',1,'{"type":"service","containerGroups":[{"name":"default","containers":[{"name":"main","description":"","imageUri":"registry.example/chat:1","imageBuildConfig":null,"port":8080,"primary":true,"entrypoint":null,"environmentVars":[],"readinessProbe":null,"livenessProbe":null,"startupProbe":null,"securityContext":null,"build":null}]}]}','v1:826270cfbde4a977c8f84fc79abfb8046f0935de01c4117ab0f82b7e4c86b029',1,NULL,0,'prod-model

6b001a5cc98a2d1f8c31f557','6b0e0a91c98a2d1f8c31f551','alice','2026-11-20T10:01:00.000000+00:00','2026-11-20T10:01:00.000000+00:00','51e130b8ea35b0eeaf195a85');
INSERT INTO "artifacts" VALUES('6b001c78c98a2d1f8c31f55a','6b001a98c98a2d1f8c31f558','in the false one','','service','draft',NULL,'{"type":"service","containerGroups":[{"name":"default","containers":[{"name":"main","description":"","imageUri":"registry.example/chat:1","imageBuildConfig":null,"port":8080,"primary":true,"entrypoint":null,"environmentVars":[],"readinessProbe":null,"livenessProbe":null,"startupProbe":null,"securityContext":null,"build":null}]}]}','v1:e16d6f411605b190543fb24943b557e0b8831ace0e48fe5a5f7f375d18021b89',1,NULL,0,'in the false one

6b001c78c98a2d1f8c31f55a','6b0e0a91c98a2d1f8c31f554','mallory','2026-11-20T10:10:00.000000+00:00','2026-11-20T10:10:00.000000+00:00','7bb620cc6a3b2248cdbd800c');
INSERT INTO "artifacts" VALUES('6b001e1cc98a2d1f8c31f55e','6b001e1cc98a2d1f8c31f55d','tagged','','service','draft',NULL,'{"type":"service","containerGroups":[{"name":"default","containers":[{"name":"main","description":"","imageUri":"registry.example/chat:1","imageBuildConfig":null,"port":8080,"primary":true,"entrypoint":null,"environmentVars":[],"readinessProbe":null,"livenessProbe":null,"startupProbe":null,"securityContext":null,"build":null}]}]}','v1:552ed4e581bc327e4b5d416559ebe04d3685cc9221f662339b744d43b7ee143a',1,NULL,0,'tagged

6b001e1cc98a2d1f8c31f55e','6b0e0a91c98a2d1f8c31f551','alice','2026-11-20T10:17:00.000000+00:00','2026-11-20T10:17:00.000000+00:00','51e130b8ea35b0eeaf195a85');
INSERT INTO "artifacts" VALUES('6b002038c98a2d1f8c31f562','abababababababababababab','fine','','service','draft',NULL,'{"type":"service","containerGroups":[{"name":"default","containers":[{"name":"main","description":"","imageUri":"registry.example/chat:1","imageBuildConfig":null,"port":8080,"primary":true,"entrypoint":null,"environmentVars":[],"readinessProbe":null,"livenessProbe":null,"startupProbe":null,"securityContext":null,"build":null}]}]}','v1:1a74b7db9168b8da1c6c70bcdec476573767b619ccc6fffed6bded91c1c35eb5',1,NULL,0,'fine

6b002038c98a2d1f8c31f562','6b0e0a91c98a2d1f8c31f552','bob','2026-11-20T10:26:00.000000+00:00','2026-11-20T10:26:00.000000+00:00','62cdfe9600ec1bb816dd423c');
INSERT INTO "artifacts" VALUES('6b002074c98a2d1f8c31f564','6b002074c98a2d1f8c31f563','mine','','service','locked',1,'{"type":"service","containerGroups":[{"name":"default","containers":[{"name":"main","description":"","imageUri":"registry.example/chat:1","imageBuildConfig":null,"port":8080,"primary":true,"entrypoint":null,"environmentVars":[],"readinessProbe":null,"livenessProbe":null,"startupProbe":null,"securityContext":null,"build":null}]}]}','v1:fab8e15f9926638719ad0e68bf71842e41a8489f912829978bee5a151c61a4e3',1,NULL,0,'mine

6b002074c98a2d1f8c31f564','6b0e0a91c98a2d1f8c31f552','bob','2026-11-20T10:27:00.000000+00:00','2026-11-20T10:27:00.000000+00:00','62cdfe9600ec1bb816dd423c');
CREATE TABLE artifacts_search_rows (number INTEGER PRIMARY KEY, id VARCHAR(24) NOT NULL UNIQUE);
INSERT INTO "artifacts_search_rows" VALUES(1,'6b001a5cc98a2d1f8c31f557');
INSERT INTO "artifacts_search_rows" VALUES(2,'6b001c78c98a2d1f8c31f55a');
INSERT INTO "artifacts_search_rows" VALUES(3,'6b001e1cc98a2d1f8c31f55e');
INSERT INTO "artifacts_search_rows" VALUES(4,'6b002038c98a2d1f8c31f562');
INSERT INTO "artifacts_search_rows" VALUES(5,'6b002074c98a2d1f8c31f564');
CREATE TABLE audit (
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
	CONSTRAINT pk_audit PRIMARY KEY (chain, number)
);
INSERT INTO "audit" VALUES('6b0e0a91c98a2d1f8c31f54f',1,'people','2026-11-30T23:45:21.871634+00:00','users.bootstrap','','lockyard admin (root)','','[{"kind":"users","id":"000000000000000000000001","before":null,"after":"s1:0c299d6caf7503582d5285d1bb8458877d09e83078b01759bd06f978143480d4"},{"kind":"tokens","id":"6b0e0a91c98a2d1f8c31f550","before":null,"after":"s1:f98315029a26356c61e1f727e3d8085cd84fd0b1288412b3d54114cdc51c3a2e"}]','0000000000000000000000000000000000000000000000000000000000000000','bd1231aa954c27413e5ce631d19a0b3b3219baab884676e82f6124a967532038');
INSERT INTO "audit" VALUES('6b0e0a91c98a2d1f8c31f54f',2,'people','2026-11-30T23:45:21.891042+00:00','users.add','','lockyard admin (root)','','[{"kind":"users","id":"6b0e0a91c98a2d1f8c31f551","before":null,"after":"s1:fc97c6c79d945ff51054cf0578ccaa1d039b26523d455154bbc608cc843b82c6"}]','bd1231aa954c27413e5ce631d19a0b3b3219baab884676e82f6124a967532038','feadf699c53a627e8645027fa1c7965be355ee48281b37289caa2477b6956082');
INSERT INTO "audit" VALUES('6b0e0a91c98a2d1f8c31f54f',3,'people','2026-11-30T23:45:21.899042+00:00','users.add','','lockyard admin (root)','','[{"kind":"users","id":"6b0e0a91c98a2d1f8c31f552","before":null,"after":"s1:8a3177370ba197402ddaef594eb1b4b42326f6eca5a5098cae4e5f27c83d6d7a"}]','feadf699c53a627e8645027fa1c7965be355ee48281b37289caa2477b6956082','f5e30b6b2885c11a39202afcc9800467a8a53c3b60c7f434c02e9e48e9b391ee');
INSERT INTO "audit" VALUES('6b0e0a91c98a2d1f8c31f54f',4,'people','2026-11-30T23:45:21.902954+00:00','users.add','','lockyard admin (root)','','[{"kind":"users","id":"6b0e0a91c98a2d1f8c31f553","before":null,"after":"s1:b4db18a720107c9134d9910d7108db1ad938a2b65f483d41aa217737754e646f"}]','f5e30b6b2885c11a39202afcc9800467a8a53c3b60c7f434c02e9e48e9b391ee','4afd4985becf05413059aa8b63dff37dc911ce5f65a709d9f5bcbeb8da4f0d8a');
INSERT INTO "audit" VALUES('6b0e0a91c98a2d1f8c31f54f',5,'people','2026-11-30T23:45:21.906962+00:00','users.add','','lockyard admin (root)','','[{"kind":"users","id":"6b0e0a91c98a2d1f8c31f554","before":null,"after":"s1:3073dafe8a8c184ffd6b42d1dea805babcf1c122ed79e4882c9cc5df8cb131ca"}]','4afd4985becf05413059aa8b63dff37dc911ce5f65a709d9f5bcbeb8da4f0d8a','56e5b8029be8d557659b7f2ad983226e15afcf2a74321829da8f1103886f52ce');
INSERT INTO "audit" VALUES('6b0e0a91c98a2d1f8c31f54f',6,'people','2026-11-30T23:45:21.910944+00:00','users.add','','lockyard admin (root)','','[{"kind":"users","id":"6b0e0a91c98a2d1f8c31f555","before":null,"after":"s1:eba9d7a8f476d24dbce63c3c6df83bae6b9b1622df1644164860cbdec5990f72"}]','56e5b8029be8d557659b7f2ad983226e15afcf2a74321829da8f1103886f52ce','c4d9e23387bcf6a81172084cb8527b16bd2d80c77e36ab8191bc6146e594a1b7');
INSERT INTO "audit" VALUES('6b001a5cc98a2d1f8c31f556',1,'artifactRepositories','2026-11-20T10:01:00.000000+00:00','artifact.create','6b0e0a91c98a2d1f8c31f551','alice','r-alice','[{"kind":"artifactRepositories","id":"6b001a5cc98a2d1f8c31f556","before":null,"after":"s1:e15eea644f8c8cfad3fae8ba2840e6f8e0d761da3245c81efd4f29e0006c64e2"},{"kind":"sharedRoles","id":"6b001a5cc98a2d1f8c31f556","before":null,"after":"s1:46b6ba26db3bc442ef5d2540b6f679a54463d7b42a514793502434ad07d98741"},{"kind":"artifacts","id":"6b001a5cc98a2d1f8c31f557","before":null,"after":"s1:61bc559197a7a2f012d9e6fddda9458d787f82e520a41bbdb77a609eabd4bada"}]','0000000000000000000000000000000000000000000000000000000000000000','e53a8a53b1af703782cbef05aa2b588defa778cf1621908a47294aa4f6904078');
INSERT INTO "audit" VALUES('6b001a98c98a2d1f8c31f558',1,'workloads','2026-11-20T10:02:00.000000+00:00','workload.create','6b0e0a91c98a2d1f8c31f551','alice','r-alice','[{"kind":"workloads","id":"6b001a98c98a2d1f8c31f558","before":null,"after":"s1:4265de7d07fd315cedf0ac94938ae1c68c9bffdf4cd44e937f22e23759ceacfc"},{"kind":"sharedRoles","id":"6b001a98c98a2d1f8c31f558","before":null,"after":"s1:360ec5ce36c98e4f0aacb9b7eab2d7c4240c0009781ef6e2bfa5b3d9ac94ebb2"}]','0000000000000000000000000000000000000000000000000000000000000000','687474d0bbe9a45c740456086d423cd47bf14101a3de860b95b906d1779a1a02');
INSERT INTO "audit" VALUES('6b001a98c98a2d1f8c31f558',2,'workloads','2026-11-20T10:03:00.000000+00:00','sharedRoles.update','6b0e0a91c98a2d1f8c31f551','alice','r-alice','[{"kind":"sharedRoles","id":"6b001a98c98a2d1f8c31f558","before":"s1:360ec5ce36c98e4f0aacb9b7eab2d7c4240c0009781ef6e2bfa5b3d9ac94ebb2","after":"s1:03cc0a0a5987e1d83e2d971bd1d13c2469d275516e805cdfe741b9d894b1da92"}]','687474d0bbe9a45c740456086d423cd47bf14101a3de860b95b906d1779a1a02','bbc0112d7dbd341324fac599daa9bff458c29c69cc226cc089ced11d2ee88cbc');
INSERT INTO "audit" VALUES('6b001a98c98a2d1f8c31f558',3,'workloads','2026-11-20T10:04:00.000000+00:00','tags.replace','6b0e0a91c98a2d1f8c31f551','alice','r-alice','[{"kind":"tags","id":"6b001a98c98a2d1f8c31f558","before":null,"after":"s1:461be45929fc234e060df1cb78470ad25e1fd3930c529d5cd8a1bff63307c7b7"}]','bbc0112d7dbd341324fac599daa9bff458c29c69cc226cc089ced11d2ee88cbc','9c05be291234b9893c9a766dd014115070175a0e20aa9bff89de272b52e30127');
INSERT INTO "audit" VALUES('6b001a98c98a2d1f8c31f558',4,'artifactRepositories','2026-11-20T10:05:00.000000+00:00','repository.put','6b0e0a91c98a2d1f8c31f554','mallory','r-mallory','[{"kind":"artifactRepositories","id":"6b001a98c98a2d1f8c31f558","before":null,"after":"s1:fd0d0631cb0e3ab7fad7e4a753b817a256b9274d06583746525a443f584543f7"},{"kind":"sharedRoles","id":"6b001a98c98a2d1f8c31f558","before":null,"after":"s1:f2995b2d6c613b8a037f325557968a70c2593884489a66c12c229158aa74735c"}]','9c05be291234b9893c9a766dd014115070175a0e20aa9bff89de272b52e30127','5d7ca632084085a46d812b6be570aa6ad656071997597e0f13e2cdd1162c1ff4');
INSERT INTO "audit" VALUES('6b001a98c98a2d1f8c31f558',5,'workloads','2026-11-20T10:06:00.000000+00:00','sharedRoles.update','6b0e0a91c98a2d1f8c31f554','mallory','r-mallory','[{"kind":"sharedRoles","id":"6b001a98c98a2d1f8c31f558","before":"s1:f2995b2d6c613b8a037f325557968a70c2593884489a66c12c229158aa74735c","after":"s1:7d0ec448a0fc9ada5dcbfd83465abbd6161d74466e6016f6b45376dbdb5b0b62"}]','5d7ca632084085a46d812b6be570aa6ad656071997597e0f13e2cdd1162c1ff4','a5da4a2325a9eae8baaf514657ede5dec814229cb35a61439f8157986d98a59e');
INSERT INTO "audit" VALUES('6b001a98c98a2d1f8c31f558',6,'workloads','2026-11-20T10:07:00.000000+00:00','sharedRoles.update','6b0e0a91c98a2d1f8c31f554','mallory','r-mallory','[{"kind":"sharedRoles","id":"6b001a98c98a2d1f8c31f558","before":"s1:7d0ec448a0fc9ada5dcbfd83465abbd6161d74466e6016f6b45376dbdb5b0b62","after":"s1:6dd03c45acd80b30e8c1bab77550228fcf1e17d595657ab0974a9f39286926a6"}]','a5da4a2325a9eae8baaf514657ede5dec814229cb35a61439f8157986d98a59e','aab614325b77851578fa729d2f1fb23ea98e44fe5581649e720bef7e5a28390d');
INSERT INTO "audit" VALUES('6b001a98c98a2d1f8c31f558',7,'workloads','2026-11-20T10:08:00.000000+00:00','sharedRoles.update','6b0e0a91c98a2d1f8c31f555','zoe','r-zoe','[{"kind":"sharedRoles","id":"6b001a98c98a2d1f8c31f558","before":"s1:6dd03c45acd80b30e8c1bab77550228fcf1e17d595657ab0974a9f39286926a6","after":"s1:6bcd5f684d0df4d3e01bd7a470ff89b378c3642af1d2dcc40c16a5dc5e3aa989"}]','aab614325b77851578fa729d2f1fb23ea98e44fe5581649e720bef7e5a28390d','2460eb5cdf2bae89a64edb4c2720c8c8c55be5a70aff8dd4c6ddf961a805e9e1');
INSERT INTO "audit" VALUES('6b001a98c98a2d1f8c31f558',8,'workloads','2026-11-20T10:09:00.000000+00:00','workload.patch','6b0e0a91c98a2d1f8c31f554','mallory','r-mallory','[{"kind":"workloads","id":"6b001a98c98a2d1f8c31f558","before":"s1:4265de7d07fd315cedf0ac94938ae1c68c9bffdf4cd44e937f22e23759ceacfc","after":"s1:c9be1e5f9ce56d328f88ec367c523dade98ec84605b7bbe4973607e5e44a3397"}]','2460eb5cdf2bae89a64edb4c2720c8c8c55be5a70aff8dd4c6ddf961a805e9e1','2fab2bb21a1857c64f7540b276497b893a44968bfa25ec427da150ae2da2fe6c');
INSERT INTO "audit" VALUES('6b001a98c98a2d1f8c31f558',9,'artifactRepositories','2026-11-20T10:10:00.000000+00:00','artifact.create','6b0e0a91c98a2d1f8c31f554','mallory','r-mallory','[{"kind":"artifacts","id":"6b001c78c98a2d1f8c31f55a","before":null,"after":"s1:0cfead55abfbacce71bc18715cb5d14d63d500a8b4c20c2cbdc6bd175b0a2831"}]','2fab2bb21a1857c64f7540b276497b893a44968bfa25ec427da150ae2da2fe6c','fff7de4bdca72ea324ae8c93c783c0f5c9c4540c3ed8dd5c339c40c511826c01');
INSERT INTO "audit" VALUES('6b001cb4c98a2d1f8c31f55b',1,'workloads','2026-11-20T10:11:00.000000+00:00','workload.create','6b0e0a91c98a2d1f8c31f551','alice','r-alice','[{"kind":"workloads","id":"6b001cb4c98a2d1f8c31f55b","before":null,"after":"s1:bef73e856ba6c4f7a69f28a897e304d30ad051224bf6e936785aa23a873b223a"},{"kind":"sharedRoles","id":"6b001cb4c98a2d1f8c31f55b","before":null,"after":"s1:88a7d52a37c4109593bdaa09d7a3fb78205d9fb05ce99596b7cb4f71540a082c"}]','0000000000000000000000000000000000000000000000000000000000000000','05e7fe8c64e64a0aa3cc2d550f351a1e1f18c66c8e78c33189b22fc8e21d3710');
INSERT INTO "audit" VALUES('6b001cb4c98a2d1f8c31f55b',2,'workloads','2026-11-20T10:12:00.000000+00:00','sharedRoles.update','6b0e0a91c98a2d1f8c31f551','alice','r-alice','[{"kind":"sharedRoles","id":"6b001cb4c98a2d1f8c31f55b","before":"s1:88a7d52a37c4109593bdaa09d7a3fb78205d9fb05ce99596b7cb4f71540a082c","after":"s1:d2dd23f021c48cc9ded12982c31a5a1066676b506efcf444501727b27210aa03"}]','05e7fe8c64e64a0aa3cc2d550f351a1e1f18c66c8e78c33189b22fc8e21d3710','f77a9fe613dcd2651d2fb42f11d3b6477b6f338de68756d2a85cda3116a7dfc2');
INSERT INTO "audit" VALUES('6b001cb4c98a2d1f8c31f55b',3,'artifactRepositories','2026-11-20T10:13:00.000000+00:00','repository.put','6b0e0a91c98a2d1f8c31f554','mallory','r-mallory','[{"kind":"artifactRepositories","id":"6b001cb4c98a2d1f8c31f55b","before":null,"after":"s1:37e4b89082345329edb7aa665742f5ff8415ca86f9c4f7525eb97aeb92ca2936"},{"kind":"sharedRoles","id":"6b001cb4c98a2d1f8c31f55b","before":null,"after":"s1:fe8832d1d7f951e3196f4498a3af6328fb89331164930b77af4ddcaec04d8071"}]','f77a9fe613dcd2651d2fb42f11d3b6477b6f338de68756d2a85cda3116a7dfc2','468a39a94be2b5f0a6c551f8d71135c0940714403e6091f7e560e1648800c8f2');
INSERT INTO "audit" VALUES('6b001cb4c98a2d1f8c31f55b',4,'artifactRepositories','2026-11-20T10:14:00.000000+00:00','repository.delete','6b0e0a91c98a2d1f8c31f554','mallory','r-mallory','[{"kind":"artifactRepositories","id":"6b001cb4c98a2d1f8c31f55b","before":"s1:37e4b89082345329edb7aa665742f5ff8415ca86f9c4f7525eb97aeb92ca2936","after":null}]','468a39a94be2b5f0a6c551f8d71135c0940714403e6091f7e560e1648800c8f2','473f09643768bcf0083cd4f56d59a48e8929b5677cbd2f45571170ad4faf1415');
INSERT INTO "audit" VALUES('6b001da4c98a2d1f8c31f55c',1,'workloads','2026-11-20T10:15:00.000000+00:00','workload.create','6b0e0a91c98a2d1f8c31f551','alice','r-alice','[{"kind":"workloads","id":"6b001da4c98a2d1f8c31f55c","before":null,"after":"s1:da927c4a81a8b824c7116f2a03a3d27db0ac798663148fffc84ea63d64b6287e"},{"kind":"sharedRoles","id":"6b001da4c98a2d1f8c31f55c","before":null,"after":"s1:ac4b417040587bf9506c786b1a260e6d62d8f3bcf24bacf68efa77aab8e5c53b"}]','0000000000000000000000000000000000000000000000000000000000000000','c46f84a1a67c3412ff734861ef22badf5abaee662560ef5f6003765cb83ffe8d');
INSERT INTO "audit" VALUES('6b001da4c98a2d1f8c31f55c',2,'artifactRepositories','2026-11-20T10:16:00.000000+00:00','repository.put','6b0e0a91c98a2d1f8c31f554','mallory','r-mallory','[{"kind":"artifactRepositories","id":"6b001da4c98a2d1f8c31f55c","before":null,"after":"s1:a6fd94f11d4f1eb6b9b6c7995ded297693a9a7584d38c7a421ce7eaa5934dafd"},{"kind":"sharedRoles","id":"6b001da4c98a2d1f8c31f55c","before":null,"after":"s1:99f3437c7068d1c027229f253edaefe3a5cb199abb9393c05b80aaefd266324c"}]','c46f84a1a67c3412ff734861ef22badf5abaee662560ef5f6003765cb83ffe8d','780b172109f2568f6e6ad17f60e18eed2cd4c7f22c1ae00cb8c6eca5c4e17d42');
INSERT INTO "audit" VALUES('6b001e1cc98a2d1f8c31f55d',1,'artifactRepositories','2026-11-20T10:17:00.000000+00:00','artifact.create','6b0e0a91c98a2d1f8c31f551','alice','r-alice','[{"kind":"artifactRepositories","id":"6b001e1cc98a2d1f8c31f55d","before":null,"after":"s1:1f86d9e644e377fcc842c12f4839cea4842ea16217b7275a17236ccc7027abe2"},{"kind":"sharedRoles","id":"6b001e1cc98a2d1f8c31f55d","before":null,"after":"s1:c4aeecf9f6e8aec6eb9bf031a2c47294348f8e77b69e3c3ce7870fb3f277be60"},{"kind":"artifacts","id":"6b001e1cc98a2d1f8c31f55e","before":null,"after":"s1:9317e090d04117b6c836085fceb31fb362b9eb3ddb280915554902805ce4cc4f"}]','0000000000000000000000000000000000000000000000000000000000000000','56f07ee5a55c4cfcde293b9256f3bd0c1102ffb88a1ad54adb0b6745095b3692');
INSERT INTO "audit" VALUES('6b001e1cc98a2d1f8c31f55d',2,'artifactRepositories','2026-11-20T10:18:00.000000+00:00','tags.replace','6b0e0a91c98a2d1f8c31f551','alice','r-alice','[{"kind":"tags","id":"6b001e1cc98a2d1f8c31f55e","before":null,"after":"s1:6c030cc4dd39f57ab899c25f2ceabd9d6b54a6b6094351baa6879c5a8955d7f5"}]','56f07ee5a55c4cfcde293b9256f3bd0c1102ffb88a1ad54adb0b6745095b3692','0a8240174abe9a9be67fc4188e59969ef23210155004969dd19ac5d48e93c12b');
INSERT INTO "audit" VALUES('6b001e1cc98a2d1f8c31f55e',1,'artifactRepositories','2026-11-20T10:19:00.000000+00:00','repository.put','6b0e0a91c98a2d1f8c31f554','mallory','r-mallory','[{"kind":"artifactRepositories","id":"6b001e1cc98a2d1f8c31f55e","before":null,"after":"s1:262e138d6e91bca1f4dcd27cf408da8ff93648eae56eaaa762b7bcb1a225e054"},{"kind":"sharedRoles","id":"6b001e1cc98a2d1f8c31f55e","before":null,"after":"s1:51a195e11c6030cc00dab9f4de4d3d61c875d2bb5304989cde08be581d460829"}]','0000000000000000000000000000000000000000000000000000000000000000','eb5441d77ff9b75417f1cf49c60c0ca991e928c2576fa2781bd640c113fe0be6');
INSERT INTO "audit" VALUES('6b001e1cc98a2d1f8c31f55e',2,'artifactRepositories','2026-11-20T10:20:00.000000+00:00','tags.replace','6b0e0a91c98a2d1f8c31f554','mallory','r-mallory','[{"kind":"tags","id":"6b001e1cc98a2d1f8c31f55e","before":"s1:6c030cc4dd39f57ab899c25f2ceabd9d6b54a6b6094351baa6879c5a8955d7f5","after":"s1:3fd13341231d083c18e8a98d92e1f71fcbbb12e37c742d1084e47baa4196d99c"}]','eb5441d77ff9b75417f1cf49c60c0ca991e928c2576fa2781bd640c113fe0be6','dca036f5437178a3782d78461383cde472d070018a2e98cf9d7b3376ab8af0dd');
INSERT INTO "audit" VALUES('6b001f0cc98a2d1f8c31f561',1,'credentials','2026-11-20T10:21:00.000000+00:00','credential.create','6b0e0a91c98a2d1f8c31f551','alice','r-alice','[{"kind":"credentials","id":"6b001f0cc98a2d1f8c31f561","before":null,"after":"s1:e091f3ead6c7d5440d6e515a792ba84a855f90e114b024609e8015d66536ae5e"}]','0000000000000000000000000000000000000000000000000000000000000000','ee2c839be505dce8395b0b1469c1dd258870a6f7a8131f00041b4d37228d2be3');
INSERT INTO "audit" VALUES('6b001f0cc98a2d1f8c31f561',2,'artifactRepositories','2026-11-20T10:22:00.000000+00:00','repository.put','6b0e0a91c98a2d1f8c31f554','mallory','r-mallory','[{"kind":"artifactRepositories","id":"6b001f0cc98a2d1f8c31f561","before":null,"after":"s1:8e5f11f830f42465000b37085ca1ab46a8d3d1d133a57863fcfd2a6b1494f781"},{"kind":"sharedRoles","id":"6b001f0cc98a2d1f8c31f561","before":null,"after":"s1:27c389ad996b2e19e8f3886cdd5c8e67745a87ba6d7689fa8119a89abb33f3c8"}]','ee2c839be505dce8395b0b1469c1dd258870a6f7a8131f00041b4d37228d2be3','c27d1f8851a9ce927a96b4b9c66aad421cf3082fdcef19fa7e69c66eb08f6d33');
INSERT INTO "audit" VALUES('6b0e0a91c98a2d1f8c31f54f',7,'artifactRepositories','2026-11-20T10:23:00.000000+00:00','repository.put','6b0e0a91c98a2d1f8c31f554','mallory','r-mallory','[{"kind":"artifactRepositories","id":"6b0e0a91c98a2d1f8c31f54f","before":null,"after":"s1:fd93ca18a43e71565a9537faf1d1e619fe14d0b757bc415b3cd762377e7ec1e3"},{"kind":"sharedRoles","id":"6b0e0a91c98a2d1f8c31f54f","before":null,"after":"s1:ee0a73c2f9ee2f33f6d6d348cadb91e09be567b2fba004124e50ff1503b4ceb4"}]','c4d9e23387bcf6a81172084cb8527b16bd2d80c77e36ab8191bc6146e594a1b7','a1a683314c4c57009136a33d1cf98cb58b61553cf6880f4f64ce64c4b30e409f');
INSERT INTO "audit" VALUES('6b0e0a91c98a2d1f8c31f551',1,'artifactRepositories','2026-11-20T10:24:00.000000+00:00','repository.put','6b0e0a91c98a2d1f8c31f554','mallory','r-mallory','[{"kind":"artifactRepositories","id":"6b0e0a91c98a2d1f8c31f551","before":null,"after":"s1:bf8da465b9dfaaa5f74720f39acf17a6ea31a24d0905a5f69b32e6dc07ac6eee"},{"kind":"sharedRoles","id":"6b0e0a91c98a2d1f8c31f551","before":null,"after":"s1:46efff926b91c31b84c46d715e31268271ec87ec9cee3eaad54c7e9c890781cb"}]','0000000000000000000000000000000000000000000000000000000000000000','a8aaa0021b6464f8bd59da9fbbfb0c93a53e96c6202611ed5c7bde66d7fb38f0');
INSERT INTO "audit" VALUES('abababababababababababab',1,'artifactRepositories','2026-11-20T10:25:00.000000+00:00','repository.put','6b0e0a91c98a2d1f8c31f552','bob','r-bob','[{"kind":"artifactRepositories","id":"abababababababababababab","before":null,"after":"s1:0c71113e12779e18ac6e204485219ec2f8fcafc2f8049a1c408f2a10041ee438"},{"kind":"sharedRoles","id":"abababababababababababab","before":null,"after":"s1:f53772e8787c3d42289645aba9af32a84d272d4752c88a1bad8fb82eb0d22fca"}]','0000000000000000000000000000000000000000000000000000000000000000','aa28def5788833f24c375d81bdeeb1045535580c52b0bad71886b99f25db809f');
INSERT INTO "audit" VALUES('abababababababababababab',2,'artifactRepositories','2026-11-20T10:26:00.000000+00:00','artifact.create','6b0e0a91c98a2d1f8c31f552','bob','r-bob','[{"kind":"artifacts","id":"6b002038c98a2d1f8c31f562","before":null,"after":"s1:0d695819e6dddff05ae20c96048df07606b2c64ba17705e12d95585d4c6fccf6"}]','aa28def5788833f24c375d81bdeeb1045535580c52b0bad71886b99f25db809f','6c18478e24146929f52fd70b91e5213be4cdec607e1cde6302f00fe11bd71bb9');
INSERT INTO "audit" VALUES('6b002074c98a2d1f8c31f563',1,'artifactRepositories','2026-11-20T10:27:00.000000+00:00','artifact.create','6b0e0a91c98a2d1f8c31f552','bob','r-bob','[{"kind":"artifactRepositories","id":"6b002074c98a2d1f8c31f563","before":null,"after":"s1:47ea9c19253b51b3de18698c03090f4f641ace6ad18de7f71125bda246223eda"},{"kind":"sharedRoles","id":"6b002074c98a2d1f8c31f563","before":null,"after":"s1:cd16b5a45e0fd8299297d7d29fe90aebbc352feb960c00d7ea16780649fde9ac"},{"kind":"artifacts","id":"6b002074c98a2d1f8c31f564","before":null,"after":"s1:20b4caaa0d24ed6fc7c6b9c91aca5186a30ee7a85bd896ff4704afe402bfe8c6"}]','0000000000000000000000000000000000000000000000000000000000000000','3c67fbff4f6a26aebdcb3157fca2096c8991b930142d1478601ec19c2056ef90');
INSERT INTO "audit" VALUES('6b0020b0c98a2d1f8c31f565',1,'workloads','2026-11-20T10:28:00.000000+00:00','workload.create','6b0e0a91c98a2d1f8c31f552','bob','r-bob','[{"kind":"workloads","id":"6b0020b0c98a2d1f8c31f565","before":null,"after":"s1:b4c4f6b8e8eddab91022854f6145f46a804a569b9a8ad897944d9438370b1ccb"},{"kind":"sharedRoles","id":"6b0020b0c98a2d1f8c31f565","before":null,"after":"s1:6b2d245c25eb287ecc0559b111f162cb4d19f43cf5da54118234fd1f85b709ec"}]','0000000000000000000000000000000000000000000000000000000000000000','d39fd06bf09cd70bad752f789ea53112ff08ab1f30e1a5d2acae5307a5b71865');
CREATE TABLE audit_heads (
	chain VARCHAR(24) NOT NULL, 
	kind VARCHAR(24) NOT NULL, 
	number INTEGER NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	pending BOOLEAN NOT NULL, 
	CONSTRAINT pk_audit_heads PRIMARY KEY (chain)
);
INSERT INTO "audit_heads" VALUES('6b0e0a91c98a2d1f8c31f54f','people',7,'a1a683314c4c57009136a33d1cf98cb58b61553cf6880f4f64ce64c4b30e409f',0);
INSERT INTO "audit_heads" VALUES('6b001a5cc98a2d1f8c31f556','artifactRepositories',1,'e53a8a53b1af703782cbef05aa2b588defa778cf1621908a47294aa4f6904078',0);
INSERT INTO "audit_heads" VALUES('6b001a98c98a2d1f8c31f558','workloads',9,'fff7de4bdca72ea324ae8c93c783c0f5c9c4540c3ed8dd5c339c40c511826c01',0);
INSERT INTO "audit_heads" VALUES('6b001cb4c98a2d1f8c31f55b','workloads',4,'473f09643768bcf0083cd4f56d59a48e8929b5677cbd2f45571170ad4faf1415',0);
INSERT INTO "audit_heads" VALUES('6b001da4c98a2d1f8c31f55c','workloads',2,'780b172109f2568f6e6ad17f60e18eed2cd4c7f22c1ae00cb8c6eca5c4e17d42',0);
INSERT INTO "audit_heads" VALUES('6b001e1cc98a2d1f8c31f55d','artifactRepositories',2,'0a8240174abe9a9be67fc4188e59969ef23210155004969dd19ac5d48e93c12b',0);
INSERT INTO "audit_heads" VALUES('6b001e1cc98a2d1f8c31f55e','artifactRepositories',2,'dca036f5437178a3782d78461383cde472d070018a2e98cf9d7b3376ab8af0dd',0);
INSERT INTO "audit_heads" VALUES('6b001f0cc98a2d1f8c31f561','credentials',2,'c27d1f8851a9ce927a96b4b9c66aad421cf3082fdcef19fa7e69c66eb08f6d33',0);
INSERT INTO "audit_heads" VALUES('6b0e0a91c98a2d1f8c31f551','artifactRepositories',1,'a8aaa0021b6464f8bd59da9fbbfb0c93a53e96c6202611ed5c7bde66d7fb38f0',0);
INSERT INTO "audit_heads" VALUES('abababababababababababab','artifactRepositories',2,'6c18478e24146929f52fd70b91e5213be4cdec607e1cde6302f00fe11bd71bb9',0);
INSERT INTO "audit_heads" VALUES('6b002074c98a2d1f8c31f563','artifactRepositories',1,'3c67fbff4f6a26aebdcb3157fca2096c8991b930142d1478601ec19c2056ef90',0);
INSERT INTO "audit_heads" VALUES('6b0020b0c98a2d1f8c31f565','workloads',1,'d39fd06bf09cd70bad752f789ea53112ff08ab1f30e1a5d2acae5307a5b71865',0);
CREATE TABLE checkpoints (
	number INTEGER NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	document TEXT NOT NULL, 
	CONSTRAINT pk_checkpoints PRIMARY KEY (number)
);
INSERT INTO "checkpoints" VALUES(1,'2026-11-20T10:08:00.000000+00:00','{"at":"2026-11-20T10:08:00.000000+00:00","format":"lockyard-checkpoint","heads":[["6b001a5cc98a2d1f8c31f556",1,"e53a8a53b1af703782cbef05aa2b588defa778cf1621908a47294aa4f6904078"],["6b0e0a91c98a2d1f8c31f54f",6,"c4d9e23387bcf6a81172084cb8527b16bd2d80c77e36ab8191bc6146e594a1b7"],["6b001a98c98a2d1f8c31f558",7,"2460eb5cdf2bae89a64edb4c2720c8c8c55be5a70aff8dd4c6ddf961a805e9e1"]],"number":1,"previous":"0000000000000000000000000000000000000000000000000000000000000000","publicKey":"HChBkOZDYQ87fLAFSPbzWgvRGRHZGhluptCYeISFsM0=","registryId":"6b0e0a91c98a2d1f8c31f54f","signature":"U6X+Q/k7JQRTPqNaCva8ojkKBBenTmIszHnP9QRwvflnAqrYC6iC+DF4NMpxh9CHOtkTf/ufK43x1MifL7SvCw==","v":1}');
INSERT INTO "checkpoints" VALUES(2,'2026-11-20T10:28:00.000000+00:00','{"at":"2026-11-20T10:28:00.000000+00:00","format":"lockyard-checkpoint","heads":[["6b001e1cc98a2d1f8c31f55d",2,"0a8240174abe9a9be67fc4188e59969ef23210155004969dd19ac5d48e93c12b"],["6b001e1cc98a2d1f8c31f55e",2,"dca036f5437178a3782d78461383cde472d070018a2e98cf9d7b3376ab8af0dd"],["6b002074c98a2d1f8c31f563",1,"3c67fbff4f6a26aebdcb3157fca2096c8991b930142d1478601ec19c2056ef90"],["6b0e0a91c98a2d1f8c31f551",1,"a8aaa0021b6464f8bd59da9fbbfb0c93a53e96c6202611ed5c7bde66d7fb38f0"],["abababababababababababab",2,"6c18478e24146929f52fd70b91e5213be4cdec607e1cde6302f00fe11bd71bb9"],["6b001f0cc98a2d1f8c31f561",2,"c27d1f8851a9ce927a96b4b9c66aad421cf3082fdcef19fa7e69c66eb08f6d33"],["6b0e0a91c98a2d1f8c31f54f",7,"a1a683314c4c57009136a33d1cf98cb58b61553cf6880f4f64ce64c4b30e409f"],["6b001a98c98a2d1f8c31f558",9,"fff7de4bdca72ea324ae8c93c783c0f5c9c4540c3ed8dd5c339c40c511826c01"],["6b001cb4c98a2d1f8c31f55b",4,"473f09643768bcf0083cd4f56d59a48e8929b5677cbd2f45571170ad4faf1415"],["6b001da4c98a2d1f8c31f55c",2,"780b172109f2568f6e6ad17f60e18eed2cd4c7f22c1ae00cb8c6eca5c4e17d42"],["6b0020b0c98a2d1f8c31f565",1,"d39fd06bf09cd70bad752f789ea53112ff08ab1f30e1a5d2acae5307a5b71865"]],"number":2,"previous":"82aeda9bbcd233a2e7992651d65fa465e1bdcf41d938754088bc15917cb68a6d","publicKey":"HChBkOZDYQ87fLAFSPbzWgvRGRHZGhluptCYeISFsM0=","registryId":"6b0e0a91c98a2d1f8c31f54f","signature":"QZj7ZmJJkI71yzqjGdHRF1GPigVEvvKMDV/rkHw4rDtBhfIIuYIh635doIjCkgZZBIZ8KedrtkW4bs9znuVKDw==","v":1}');
CREATE TABLE creation_keys (
	user_id TEXT NOT NULL, 
	kind VARCHAR(24) NOT NULL, 
	"key" VARCHAR(255) NOT NULL, 
	object_id VARCHAR(24) NOT NULL, 
	CONSTRAINT pk_creation_keys PRIMARY KEY (user_id, kind, "key")
);
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
INSERT INTO "credentials" VALUES('6b001f0cc98a2d1f8c31f561','token','bearer','','gAAAAABrDgqSPs_HHjRpIUL0K0c3-TEQdeGrpecTLyVaTQ0a6yag7xQGcht9aQxjq4zE45EfrLoZnnoY-EyhaIo8Kr-ZMSagaArbnegfV19JKeqg_dXMidj6vMjxXxHaMt9PltyQy3ihOmGEm0Z8hlFPYTR-1U7pKA==','6b0e0a91c98a2d1f8c31f551','alice','2026-11-20T10:21:00.000000+00:00','2026-11-20T10:21:00.000000+00:00');
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
INSERT INTO "facet_counts" VALUES('*','creator','alice','6b0e0a91c98a2d1f8c31f551','service','draft',0,1);
INSERT INTO "facet_counts" VALUES('*','creator','alice','6b0e0a91c98a2d1f8c31f551','service','locked',0,1);
INSERT INTO "facet_counts" VALUES('*','creator','bob','6b0e0a91c98a2d1f8c31f552','service','draft',0,1);
INSERT INTO "facet_counts" VALUES('*','creator','bob','6b0e0a91c98a2d1f8c31f552','service','locked',0,1);
INSERT INTO "facet_counts" VALUES('*','creator','mallory','6b0e0a91c98a2d1f8c31f554','service','draft',0,1);
INSERT INTO "facet_counts" VALUES('*','repository','','6b001a5cc98a2d1f8c31f556','service','locked',0,1);
INSERT INTO "facet_counts" VALUES('*','repository','','6b001a98c98a2d1f8c31f558','service','draft',0,1);
INSERT INTO "facet_counts" VALUES('*','repository','','6b001e1cc98a2d1f8c31f55d','service','draft',0,1);
INSERT INTO "facet_counts" VALUES('*','repository','','6b002074c98a2d1f8c31f563','service','locked',0,1);
INSERT INTO "facet_counts" VALUES('*','repository','','abababababababababababab','service','draft',0,1);
INSERT INTO "facet_counts" VALUES('*','tags','owner','alice','service','draft',0,1);
INSERT INTO "facet_counts" VALUES('51e130b8ea35b0eeaf195a85','creator','alice','6b0e0a91c98a2d1f8c31f551','service','draft',0,1);
INSERT INTO "facet_counts" VALUES('51e130b8ea35b0eeaf195a85','creator','alice','6b0e0a91c98a2d1f8c31f551','service','locked',0,1);
INSERT INTO "facet_counts" VALUES('51e130b8ea35b0eeaf195a85','repository','','6b001a5cc98a2d1f8c31f556','service','locked',0,1);
INSERT INTO "facet_counts" VALUES('51e130b8ea35b0eeaf195a85','repository','','6b001e1cc98a2d1f8c31f55d','service','draft',0,1);
INSERT INTO "facet_counts" VALUES('51e130b8ea35b0eeaf195a85','tags','owner','alice','service','draft',0,1);
INSERT INTO "facet_counts" VALUES('62cdfe9600ec1bb816dd423c','creator','bob','6b0e0a91c98a2d1f8c31f552','service','draft',0,1);
INSERT INTO "facet_counts" VALUES('62cdfe9600ec1bb816dd423c','creator','bob','6b0e0a91c98a2d1f8c31f552','service','locked',0,1);
INSERT INTO "facet_counts" VALUES('62cdfe9600ec1bb816dd423c','repository','','6b002074c98a2d1f8c31f563','service','locked',0,1);
INSERT INTO "facet_counts" VALUES('62cdfe9600ec1bb816dd423c','repository','','abababababababababababab','service','draft',0,1);
INSERT INTO "facet_counts" VALUES('7bb620cc6a3b2248cdbd800c','creator','mallory','6b0e0a91c98a2d1f8c31f554','service','draft',0,1);
INSERT INTO "facet_counts" VALUES('7bb620cc6a3b2248cdbd800c','repository','','6b001a98c98a2d1f8c31f558','service','draft',0,1);
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
CREATE TABLE otel_logs (
	entity_id VARCHAR(24) NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	id VARCHAR(24) NOT NULL, 
	severity INTEGER NOT NULL, 
	message TEXT NOT NULL, 
	stacktrace TEXT, 
	trace_id VARCHAR(32) NOT NULL, 
	span_id VARCHAR(16) NOT NULL, 
	attributes TEXT NOT NULL, 
	CONSTRAINT pk_otel_logs PRIMARY KEY (entity_id, at, id)
);
CREATE TABLE otel_metrics (
	entity_id VARCHAR(24) NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	display_name TEXT NOT NULL, 
	unit VARCHAR(64) NOT NULL, 
	value FLOAT NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_otel_metrics PRIMARY KEY (entity_id, name)
);
CREATE TABLE otel_spans (
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
	CONSTRAINT pk_otel_spans PRIMARY KEY (entity_id, trace_id, span_id)
);
INSERT INTO "otel_spans" VALUES('6b001a98c98a2d1f8c31f558','abababababababababababababababab','cdcdcdcdcdcdcdcd','','','','unspecified','1970-01-01T00:00:00.000000+00:00',1,'UNSET','','{}');
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
CREATE TABLE registry_facts (
	name VARCHAR(64) NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_registry_facts PRIMARY KEY (name)
);
INSERT INTO "registry_facts" VALUES('registryId','6b0e0a91c98a2d1f8c31f54f');
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
CREATE TABLE scope_recipients (
	recipient_type VARCHAR(16) NOT NULL, 
	recipient_id VARCHAR(255) NOT NULL, 
	scope VARCHAR(24) NOT NULL, 
	CONSTRAINT pk_scope_recipients PRIMARY KEY (recipient_type, recipient_id, scope)
);
INSERT INTO "scope_recipients" VALUES('user','6b0e0a91c98a2d1f8c31f551','51e130b8ea35b0eeaf195a85');
INSERT INTO "scope_recipients" VALUES('user','6b0e0a91c98a2d1f8c31f554','7bb620cc6a3b2248cdbd800c');
INSERT INTO "scope_recipients" VALUES('user','6b0e0a91c98a2d1f8c31f552','62cdfe9600ec1bb816dd423c');
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
INSERT INTO "shared_roles" VALUES('artifactRepositories','6b001a5cc98a2d1f8c31f556','user','6b0e0a91c98a2d1f8c31f551','alice','OWNER','2026-11-20T10:01:00.000000+00:00');
INSERT INTO "shared_roles" VALUES('workloads','6b001a98c98a2d1f8c31f558','user','6b0e0a91c98a2d1f8c31f552','bob','EDITOR','2026-11-20T10:03:00.000000+00:00');
INSERT INTO "shared_roles" VALUES('artifactRepositories','6b001a98c98a2d1f8c31f558','user','6b0e0a91c98a2d1f8c31f554','mallory','OWNER','2026-11-20T10:05:00.000000+00:00');
INSERT INTO "shared_roles" VALUES('workloads','6b001a98c98a2d1f8c31f558','user','6b0e0a91c98a2d1f8c31f555','zoe','OWNER','2026-11-20T10:07:00.000000+00:00');
INSERT INTO "shared_roles" VALUES('workloads','6b001a98c98a2d1f8c31f558','user','6b0e0a91c98a2d1f8c31f553','carol','CONSUMER','2026-11-20T10:08:00.000000+00:00');
INSERT INTO "shared_roles" VALUES('workloads','6b001da4c98a2d1f8c31f55c','user','6b0e0a91c98a2d1f8c31f551','alice','OWNER','2026-11-20T10:15:00.000000+00:00');
INSERT INTO "shared_roles" VALUES('artifactRepositories','6b001da4c98a2d1f8c31f55c','user','6b0e0a91c98a2d1f8c31f554','mallory','OWNER','2026-11-20T10:16:00.000000+00:00');
INSERT INTO "shared_roles" VALUES('artifactRepositories','6b001e1cc98a2d1f8c31f55d','user','6b0e0a91c98a2d1f8c31f551','alice','OWNER','2026-11-20T10:17:00.000000+00:00');
INSERT INTO "shared_roles" VALUES('artifactRepositories','6b001e1cc98a2d1f8c31f55e','user','6b0e0a91c98a2d1f8c31f554','mallory','OWNER','2026-11-20T10:19:00.000000+00:00');
INSERT INTO "shared_roles" VALUES('artifactRepositories','6b001f0cc98a2d1f8c31f561','user','6b0e0a91c98a2d1f8c31f554','mallory','OWNER','2026-11-20T10:22:00.000000+00:00');
INSERT INTO "shared_roles" VALUES('artifactRepositories','6b0e0a91c98a2d1f8c31f54f','user','6b0e0a91c98a2d1f8c31f554','mallory','OWNER','2026-11-20T10:23:00.000000+00:00');
INSERT INTO "shared_roles" VALUES('artifactRepositories','6b0e0a91c98a2d1f8c31f551','user','6b0e0a91c98a2d1f8c31f554','mallory','OWNER','2026-11-20T10:24:00.000000+00:00');
INSERT INTO "shared_roles" VALUES('artifactRepositories','abababababababababababab','user','6b0e0a91c98a2d1f8c31f552','bob','OWNER','2026-11-20T10:25:00.000000+00:00');
INSERT INTO "shared_roles" VALUES('artifactRepositories','6b002074c98a2d1f8c31f563','user','6b0e0a91c98a2d1f8c31f552','bob','OWNER','2026-11-20T10:27:00.000000+00:00');
INSERT INTO "shared_roles" VALUES('workloads','6b0020b0c98a2d1f8c31f565','user','6b0e0a91c98a2d1f8c31f552','bob','OWNER','2026-11-20T10:28:00.000000+00:00');
CREATE TABLE statistics_resets (
	workload_id VARCHAR(24) NOT NULL, 
	reset_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_statistics_resets PRIMARY KEY (workload_id), 
	CONSTRAINT fk_statistics_resets_workload_id_workloads FOREIGN KEY(workload_id) REFERENCES workloads (id)
);
CREATE TABLE tags (
	id VARCHAR(24) NOT NULL, 
	kind VARCHAR(24) NOT NULL, 
	object_id VARCHAR(24) NOT NULL, 
	position INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_tags PRIMARY KEY (id)
);
INSERT INTO "tags" VALUES('6b001b10c98a2d1f8c31f559','workloads','6b001a98c98a2d1f8c31f558',0,'team','chat');
INSERT INTO "tags" VALUES('6b001ed0c98a2d1f8c31f560','artifactRepositories','6b001e1cc98a2d1f8c31f55e',0,'mine','now');
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
INSERT INTO "users" VALUES('000000000000000000000001','admin',NULL,NULL,1,0,NULL,NULL,'2026-11-30T23:45:21.871634+00:00','2026-11-30T23:45:21.871634+00:00');
INSERT INTO "users" VALUES('6b0e0a91c98a2d1f8c31f551','alice',NULL,NULL,0,0,NULL,NULL,'2026-11-30T23:45:21.891042+00:00','2026-11-30T23:45:21.891042+00:00');
INSERT INTO "users" VALUES('6b0e0a91c98a2d1f8c31f552','bob',NULL,NULL,0,0,NULL,NULL,'2026-11-30T23:45:21.899042+00:00','2026-11-30T23:45:21.899042+00:00');
INSERT INTO "users" VALUES('6b0e0a91c98a2d1f8c31f553','carol',NULL,NULL,0,0,NULL,NULL,'2026-11-30T23:45:21.902954+00:00','2026-11-30T23:45:21.902954+00:00');
INSERT INTO "users" VALUES('6b0e0a91c98a2d1f8c31f554','mallory',NULL,NULL,0,0,NULL,NULL,'2026-11-30T23:45:21.906962+00:00','2026-11-30T23:45:21.906962+00:00');
INSERT INTO "users" VALUES('6b0e0a91c98a2d1f8c31f555','zoe',NULL,NULL,0,0,NULL,NULL,'2026-11-30T23:45:21.910944+00:00','2026-11-30T23:45:21.910944+00:00');
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
INSERT INTO "workloads" VALUES('6b001a98c98a2d1f8c31f558','owned','','low','submitted',NULL,'6b001a5cc98a2d1f8c31f557','v1:826270cfbde4a977c8f84fc79abfb8046f0935de01c4117ab0f82b7e4c86b029','{"containerGroups":[{"name":"default","replicaCount":1,"autoscaling":null,"resourceBundles":[],"bundleSelectionPolicy":"availability","containers":[],"resolvedBundle":null}]}','v1:135f613f40f28fd6a3f5a0534a33993552cbde19acdfc12cd74655ed47810cbd',NULL,'2026-11-20T10:02:00.000000+00:00',NULL,NULL,NULL,0,'owned

6b001a98c98a2d1f8c31f558','6b0e0a91c98a2d1f8c31f551','alice','2026-11-20T10:02:00.000000+00:00','2026-11-20T10:09:00.000000+00:00');
INSERT INTO "workloads" VALUES('6b001cb4c98a2d1f8c31f55b','batch','','low','submitted',NULL,'6b001a5cc98a2d1f8c31f557','v1:826270cfbde4a977c8f84fc79abfb8046f0935de01c4117ab0f82b7e4c86b029','{"containerGroups":[{"name":"default","replicaCount":1,"autoscaling":null,"resourceBundles":[],"bundleSelectionPolicy":"availability","containers":[],"resolvedBundle":null}]}','v1:135f613f40f28fd6a3f5a0534a33993552cbde19acdfc12cd74655ed47810cbd',NULL,'2026-11-20T10:11:00.000000+00:00',NULL,NULL,NULL,0,'batch

6b001cb4c98a2d1f8c31f55b','6b0e0a91c98a2d1f8c31f551','alice','2026-11-20T10:11:00.000000+00:00','2026-11-20T10:11:00.000000+00:00');
INSERT INTO "workloads" VALUES('6b001da4c98a2d1f8c31f55c','quiet','','low','submitted',NULL,'6b001a5cc98a2d1f8c31f557','v1:826270cfbde4a977c8f84fc79abfb8046f0935de01c4117ab0f82b7e4c86b029','{"containerGroups":[{"name":"default","replicaCount":1,"autoscaling":null,"resourceBundles":[],"bundleSelectionPolicy":"availability","containers":[],"resolvedBundle":null}]}','v1:135f613f40f28fd6a3f5a0534a33993552cbde19acdfc12cd74655ed47810cbd',NULL,'2026-11-20T10:15:00.000000+00:00',NULL,NULL,NULL,0,'quiet

6b001da4c98a2d1f8c31f55c','6b0e0a91c98a2d1f8c31f551','alice','2026-11-20T10:15:00.000000+00:00','2026-11-20T10:15:00.000000+00:00');
INSERT INTO "workloads" VALUES('6b0020b0c98a2d1f8c31f565','untouched','','low','submitted',NULL,'6b002074c98a2d1f8c31f564','v1:fab8e15f9926638719ad0e68bf71842e41a8489f912829978bee5a151c61a4e3','{"containerGroups":[{"name":"default","replicaCount":1,"autoscaling":null,"resourceBundles":[],"bundleSelectionPolicy":"availability","containers":[],"resolvedBundle":null}]}','v1:135f613f40f28fd6a3f5a0534a33993552cbde19acdfc12cd74655ed47810cbd',NULL,'2026-11-20T10:28:00.000000+00:00',NULL,NULL,NULL,0,'untouched

6b0020b0c98a2d1f8c31f565','6b0e0a91c98a2d1f8c31f552','bob','2026-11-20T10:28:00.000000+00:00','2026-11-20T10:28:00.000000+00:00');
CREATE TABLE workloads_search_rows (number INTEGER PRIMARY KEY, id VARCHAR(24) NOT NULL UNIQUE);
INSERT INTO "workloads_search_rows" VALUES(1,'6b001a98c98a2d1f8c31f558');
INSERT INTO "workloads_search_rows" VALUES(2,'6b001cb4c98a2d1f8c31f55b');
INSERT INTO "workloads_search_rows" VALUES(3,'6b001da4c98a2d1f8c31f55c');
INSERT INTO "workloads_search_rows" VALUES(4,'6b0020b0c98a2d1f8c31f565');
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
CREATE INDEX ix_audit_at_chain_number ON audit (at, chain, number);
CREATE INDEX ix_audit_heads_pending ON audit_heads (chain) WHERE pending IS 1;
CREATE INDEX ix_audit_request_id ON audit (request_id);
CREATE INDEX ix_creation_keys_object_id ON creation_keys (object_id);
CREATE INDEX ix_group_members_user_id ON group_members (user_id);
CREATE INDEX ix_protons_workload_id_id ON protons (workload_id, id);
CREATE INDEX ix_replacements_artifact_id ON replacements (artifact_id);
CREATE INDEX ix_replacements_workload_id_created_at ON replacements (workload_id, created_at);
CREATE INDEX ix_scope_recipients_scope_recipient_type_recipient_id ON scope_recipients (scope, recipient_type, recipient_id);
CREATE INDEX ix_shared_roles_recipient_type_recipient_id_object_id ON shared_roles (recipient_type, recipient_id, object_id);
CREATE INDEX ix_tags_name_value_object_id ON tags (name, value, object_id);
CREATE INDEX ix_tags_object_id ON tags (object_id);
CREATE INDEX ix_tags_value_object_id ON tags (value, object_id);
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
COMMIT;
