"""Hold what decides about many things at once, read at most once in each reconcile."""

from functools import cached_property

from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    Locale,
    PageViewRestriction,
)

from cms.publishing.sites import SiteInfo, load_sites


class Surroundings:
    """Answer what sites, languages and restrictions there are; each is read when first needed."""

    @cached_property
    def sites(self) -> list[SiteInfo]:
        """Return every site, the default one first."""
        return load_sites()

    @cached_property
    def sites_by_pk(self) -> dict[int, SiteInfo]:
        """Return every site by its row."""
        return {site.pk: site for site in self.sites}

    @cached_property
    def languages(self) -> dict[int, str]:
        """Return the code of each language by its row."""
        return dict(Locale.objects.values_list("pk", "language_code"))

    @cached_property
    def restricted_paths(self) -> frozenset[str]:
        """Return the tree paths of the pages that carry a view restriction themselves."""
        rows = PageViewRestriction.objects.order_by()
        return frozenset(rows.values_list("page__path", flat=True))

    @cached_property
    def private_collections(self) -> frozenset[int]:
        """Return the collections that are private themselves or by an ancestor."""
        restrictions = CollectionViewRestriction.objects.order_by()
        restricted = set(restrictions.values_list("collection__path", flat=True))
        if not restricted:
            return frozenset()
        step = Collection.steplen
        return frozenset(
            pk
            for pk, path in Collection.objects.order_by().values_list("pk", "path")
            if any(path[:end] in restricted for end in range(step, len(path) + 1, step))
        )
