"""Make three GraphQL schemas from one declaration.

`authoring` collects what wagtail-grapple generated from `graphql_fields`; `projecting` is the copy that
turns an instance into its document; `public` is the copy that answers from documents.
"""
