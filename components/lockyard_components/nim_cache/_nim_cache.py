"""The component for a volume of model weights and the Job that fills it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Self, cast

import pulumi

from lockyard.resources import InputError
from lockyard.resources._inputs import require_plain
from lockyard_components._arguments import a, optional, require_kinds
from lockyard_components._kubernetes import component_options, declare, refusals, render_folder
from lockyard_components._namespace import namespace_of
from lockyard_components.manifests import CacheProtocol, Manifest, PodSecurity, cache_names, render_nim_cache
from lockyard_components.placement import Cluster, SecretReference

from ._arguments import PLACE, SETTINGS
from ._claims import ALLOW_DELETION, CACHE_LABEL, ClaimsOfProgram, owned
from ._consumers import ConsumersHook

# Beyond the Job's own deadline, so that it is the Job that fails, with its reason, and not the waiting.
_WAITING_SLACK_SECONDS: Final = 600


class NimCache(pulumi.ComponentResource):
    """Model weights on one volume that several NIM workloads share: a claim, and a Job that downloads into it.

    There is one volume for an image, with a folder for each set of profiles, so the same image always leads to the
    same claim: `nim-cache-` and 16 hex digits of the image's digest. The Job runs the image's own downloader without a
    GPU and marks the folder as complete at the end; workloads that get the cache start after it.

    The claim outlives the stack: it is protected (the preview of `pulumi destroy` refuses, `--exclude-protected` leaves
    it out) and kept on the cluster even without the protection. It is deleted only with `allow_deletion=True`, which in
    turn is refused while a workload of the program uses the cache.

    Example:
        ```python
        cache = NimCache("llama", image=image, cluster=cluster, size="200Gi", profiles=(profile,))
        chat = KubernetesWorkload("chat", artifact=artifact, cluster=cluster, runtime=runtime, nim_cache=cache)
        ```

    Args:
        resource_name: Pulumi's name.
        image: The model image; must be plain text. Best with its digest (`…@sha256:…`): a tag may move, which the
            cache does not notice, and draws a warning. Another digest is another claim; the old one is kept.
        cluster: The cluster; it needs a storage class for ReadWriteMany.
        size: Size of the volume, such as `200Gi`. It can grow in place, and never shrink.
        namespace: Where claim and Job go; default: the cluster's namespace. Workloads that share the cache are in the
            same one. A change replaces both.
        profiles: Ids of NIM profiles to fetch, in any order; none is every profile of the image. Another set is
            another folder and another Job; the old folder stays.
        protocol: How the image downloads: `download-to-cache` (most NIMs), `create-model-store`, or `engine`.
        storage_class: One of the cluster's storage classes; default: its first for ReadWriteMany. Its reclaim policy
            should be Retain. A change replaces the claim, and is refused as long as the claim is protected.
        ngc_secret: Secret with the NGC key; default: the cluster's.
        env: More variables of the downloader; values may be Outputs. A change runs the Job again.
        throughput: Least bytes per second that the download is expected to reach; default 50 MiB. The Job gives up
            after four times the time for `size` at that rate, and not before two hours.
        fatal_exit_codes: Exit codes of the downloader that a retry cannot mend, such as those of a refused key.
        memory: Memory of the downloader.
        security: Who the processes run as; default: user and group 1000.
        existing_claim: A cache of the same image whose claim is used: this one only adds the folder of its profiles.
        allow_deletion: Take protection and retention off the claim, so that it goes with the component. Refused, in the
            preview too, while a Deployment of any program on the cluster uses it.
        labels: Labels beside ours.
        opts: Options of the component.

    Raises:
        InputError: An argument cannot be right, or the program declares the same claim twice.
    """

    image: str
    """The image, as given."""
    claim_name: str
    """Name of the claim."""
    namespace: str
    """Namespace of the claim; of its consumers, too."""
    subfolder: str
    """Folder of the profiles on the volume."""
    profiles: tuple[str, ...]
    """Ids of the profiles, sorted; empty for all of them."""
    claim: pulumi.Resource | None
    """The claim; None for one that is only known by its name (`get` in render mode)."""
    job: pulumi.Resource | None
    """The Job that fills the folder; None after `get`."""
    ready: pulumi.Resource
    """What a consumer depends on: once it is there, the weights are."""

    def __init__(
        self,
        resource_name: str,
        *,
        image: str,
        cluster: Cluster,
        size: str,
        namespace: str | None = None,
        profiles: Sequence[str] = (),
        protocol: CacheProtocol = "download-to-cache",
        storage_class: str | None = None,
        ngc_secret: SecretReference | None = None,
        env: Mapping[str, pulumi.Input[str]] | None = None,
        throughput: str | int = "50MiB",
        fatal_exit_codes: Sequence[int] = (126, 127),
        memory: str = "8Gi",
        security: PodSecurity | None = None,
        existing_claim: NimCache | None = None,
        allow_deletion: bool = False,
        labels: Mapping[str, str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        pinned = self._describe(resource_name, image, cluster, namespace, profiles)
        require_kinds(
            self._label,
            {**SETTINGS, "existing_claim": optional(a(NimCache))},
            size=size,
            protocol=protocol,
            storage_class=storage_class,
            ngc_secret=ngc_secret,
            env=env,
            throughput=throughput,
            fatal_exit_codes=fatal_exit_codes,
            memory=memory,
            security=security,
            existing_claim=existing_claim,
            allow_deletion=allow_deletion,
            labels=labels,
        )
        if existing_claim is not None:
            self._join(existing_claim, allow_deletion)
        with refusals(self._label):
            objects = render_nim_cache(
                image=image,
                cluster=cluster,
                namespace=self.namespace,
                size=size,
                profiles=self.profiles,
                protocol=protocol,
                storage_class=storage_class,
                ngc_secret=ngc_secret,
                env=env,
                throughput=throughput,
                fatal_exit_codes=fatal_exit_codes,
                memory=memory,
                security=security,
                labels=labels,
            )
        claims = ClaimsOfProgram()
        if existing_claim is None:
            claims.take(self._label, cluster.name, self.namespace, self.claim_name)
        claims.take(self._label, cluster.name, self.namespace, self.claim_name, self.subfolder)
        self._allow_deletion = allow_deletion
        super().__init__("lockyard:index:NimCache", resource_name, None, component_options(cluster, opts))
        if not pinned:
            pulumi.log.warn(
                f"{self._label}: image {image!r} is given by a tag: when the tag moves, the cache keeps the weights it "
                "has, which may not fit the new server; give the digest (name@sha256:…)",
                resource=self,
            )
        if existing_claim is None:
            keep = not allow_deletion
            made = namespace_of(cluster, self.namespace, self)
            options = pulumi.ResourceOptions(
                parent=self, protect=keep, retain_on_delete=keep, depends_on=[] if made is None else [made]
            )
            claim = owned(objects["claim"], image)
            # The Job waits until it is bound. The provider's own waiting takes five minutes and fails where a bound
            # claim of a class that waits for its first consumer is updated.
            claim["metadata"]["annotations"]["pulumi.com/skipAwait"] = "true"
            if allow_deletion:
                # A change of the object, so that the preview shows it and the engine asks the hook.
                claim["metadata"]["annotations"][ALLOW_DELETION] = "true"
                options.hooks = self._hooks(resource_name, cluster)
            self.claim = declare(f"{resource_name}-claim", claim, options)
        else:
            self.claim = existing_claim.claim
        self.job = self.ready = self._declare_job(resource_name, owned(objects["job"], image))
        self.register_outputs({})

    @classmethod
    def get(
        cls,
        resource_name: str,
        *,
        image: str,
        cluster: Cluster,
        namespace: str | None = None,
        profiles: Sequence[str] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> Self:
        """The cache of an image that another stack fills; nothing is created, changed or deleted.

        The preview fails where the claim does not exist yet. That its folder is complete is what the workloads' own
        init containers wait for.

        Args:
            resource_name: Pulumi's name.
            image: The image, with the same digest (or the same tag) as in the other stack.
            cluster: The cluster.
            namespace: Where the claim is; default: the cluster's namespace.
            profiles: The same profiles as in the other stack.
            opts: Options of the component.

        Raises:
            InputError: An argument cannot be right.
        """
        cache = cls.__new__(cls)
        cache._describe(resource_name, image, cluster, namespace, profiles)
        pulumi.ComponentResource.__init__(
            cache, "lockyard:index:NimCache", resource_name, None, component_options(cluster, opts)
        )
        cache.claim, cache.job, cache.ready = None, None, cache
        if render_folder(cluster) is None:
            from pulumi_kubernetes.core.v1 import PersistentVolumeClaim

            cache.claim = PersistentVolumeClaim.get(
                f"{resource_name}-claim",
                f"{cache.namespace}/{cache.claim_name}",
                pulumi.ResourceOptions(parent=cache),
            )
            cache.ready = cache.claim
        cache.register_outputs({})
        return cache

    @property
    def consumers(self) -> tuple[str, ...]:
        """The workloads of this program that use the cache.

        On the cluster they are the objects with the label `lockyard.dev/cache` and the claim's name.
        """
        return tuple(self._consumers)

    @property
    def consumer_labels(self) -> dict[str, str]:
        """The label by which those that use the cache are counted on the cluster."""
        return {CACHE_LABEL: self.claim_name}

    def register_consumer(self, label: str) -> None:
        """Counts a workload that uses the cache; the workload components call it.

        Args:
            label: Who it is, such as `KubernetesWorkload 'chat'`.

        Raises:
            InputError: The cache may be deleted, so nothing may use it.
        """
        if self._allow_deletion:
            raise InputError(
                f"{self._label}: allow_deletion=True, but {label} uses it: a cache is deleted only when nobody uses "
                "it; remove its workloads first, or leave allow_deletion off"
            )
        self._consumers.append(label)

    def _describe(
        self, resource_name: str, image: str, cluster: Cluster, namespace: str | None, profiles: Sequence[str]
    ) -> bool:
        """Fills in what follows from the arguments alone, and tells whether the image is given by its digest."""
        self._label = label = f"NimCache {resource_name!r}"
        require_plain(image, argument="image", of=label, because="the claim's name follows from it")
        if isinstance(cast("Any", profiles), str):
            raise InputError(f"{label}: profiles must be a list of profile ids, not one text")
        require_kinds(label, PLACE, image=image, cluster=cluster, namespace=namespace, profiles=profiles)
        names = cache_names(image, profiles)
        self.image, self.claim_name, self.subfolder = image, names.claim, names.subfolder
        self.namespace = cluster.namespace if namespace is None else namespace
        self.profiles = tuple(sorted(set(profiles)))
        self._consumers: list[str] = []
        self._allow_deletion = False
        return names.pinned

    def _join(self, existing: NimCache, allow_deletion: bool) -> None:
        """Takes another cache's claim as this one's."""
        label = self._label
        ours, theirs = (self.namespace, self.claim_name), (existing.namespace, existing.claim_name)
        if ours != theirs:
            raise InputError(
                f"{label}: existing_claim is {'/'.join(theirs)}, but this image's claim is {'/'.join(ours)}: a volume "
                "holds one image's weights, in one namespace"
            )
        if allow_deletion:
            raise InputError(f"{label}: allow_deletion belongs to the cache that declares the claim")
        existing.register_consumer(label)

    def _hooks(self, resource_name: str, cluster: Cluster) -> pulumi.ResourceHookBinding | None:
        if render_folder(cluster) is not None:
            return None
        look = ConsumersHook(self._label, self, self.namespace, self.claim_name).look
        hook = pulumi.ResourceHook(
            f"lockyard:{resource_name}:cache-consumers", look, pulumi.ResourceHookOptions(on_dry_run=True)
        )
        return pulumi.ResourceHookBinding(before_update=[hook])

    def _declare_job(self, resource_name: str, manifest: Manifest) -> pulumi.Resource:
        # A Job that failed is made anew by the next `up`; a finished one stays, and is no diff.
        manifest["metadata"]["annotations"]["pulumi.com/replaceUnready"] = "true"
        limit = f"{manifest['spec']['activeDeadlineSeconds'] + _WAITING_SLACK_SECONDS}s"
        options = pulumi.ResourceOptions(
            parent=self,
            depends_on=[self.claim] if self.claim is not None else None,
            custom_timeouts=pulumi.CustomTimeouts(create=limit, update=limit),
        )
        return declare(f"{resource_name}-job", manifest, options)
